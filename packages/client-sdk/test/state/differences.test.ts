import { expect } from 'chai';
import fc from 'fast-check';
import {
  FREE_NET,
  type ChannelView,
  type MembershipView,
  type ParticipantView,
  type PatchView,
} from '@sidetone/protocol';
import { applyStateEvent } from '../../src/state/apply-state-event.js';
import { differences } from '../../src/state/differences.js';
import { OrganizationState } from '../../src/state/organization-state.js';

const channelView = (id: string, parent: string | null, name = id, position = 0): ChannelView => ({
  id,
  parent,
  name,
  topic: '',
  position,
  participantLimit: null,
  temporary: false,
  passwordProtected: false,
  net: FREE_NET,
});
const participantView = (session: string, muted = false, away = false): ParticipantView => ({
  session,
  user: { id: `user-${session}`, name: session, guest: true },
  muted,
  deafened: false,
  away,
});
const membershipView = (listening: boolean, selected?: boolean): MembershipView => ({
  listening,
  muted: false,
  deafened: false,
  mutedByModerator: false,
  deafenedByModerator: false,
  ...(selected === undefined ? {} : { selected }),
});

const patchView = (id: string, hiddenChannels: number, minTalkPriority: number): PatchView => ({
  id,
  channels: ['a', 'b'],
  hiddenChannels,
  owner: null,
  createdBy: null,
  expiresAt: null,
  net: { ...FREE_NET, minTalkPriority },
});

type Plain = {
  readonly channels: readonly ChannelView[];
  readonly participants: readonly ParticipantView[];
  readonly memberships: readonly (readonly [string, string, MembershipView])[];
  readonly patches: readonly PatchView[];
};

function stateOf({ channels, participants, memberships, patches }: Plain): OrganizationState {
  const state = new OrganizationState();
  state.addPart({
    part: 0,
    last: true,
    channels: [...channels],
    participants: [...participants],
    memberships: memberships.map(([channel, session, membership]) => {
      return { channel, session, membership };
    }),
    patches: [...patches],
  });
  return state;
}

const sorted = <T>(entries: Iterable<readonly [string, T]>): object =>
  Object.fromEntries([...entries].sort(([left], [right]) => (left < right ? -1 : 1)));

function contents(state: OrganizationState): object {
  return {
    channels: sorted(
      Array.from(state.channels, ([id, { view, members }]) => [
        id,
        { view, members: sorted(Array.from(members, ([who, record]) => [who, record.view])) },
      ]),
    ),
    participants: sorted(Array.from(state.participants, ([id, { view }]) => [id, view])),
    patches: sorted(Array.from(state.patches, ([id, { view }]) => [id, view])),
  };
}

const channelIds = ['a', 'b', 'c', 'd', 'e'];
const sessionIds = ['p', 'q', 'r', 's'];

/** A tree: each channel hangs below one of those before it in a random order. */
const channels = fc
  .shuffledSubarray(channelIds)
  .chain((ids) =>
    fc.tuple(
      fc.constant(ids),
      fc.array(fc.nat(), { minLength: ids.length, maxLength: ids.length }),
      fc.array(fc.constantFrom('x', 'y'), { minLength: ids.length, maxLength: ids.length }),
      fc.array(fc.nat(2), { minLength: ids.length, maxLength: ids.length }),
      fc.shuffledSubarray(ids, { minLength: ids.length }),
    ),
  )
  .map(([ids, parents, names, positions, order]) => {
    const views = new Map(
      ids.map((id, i) => {
        const parent = ids[(parents[i] ?? 0) % (i + 1)];
        const own = parent === id ? null : (parent ?? null);
        return [id, channelView(id, own, names[i], positions[i])];
      }),
    );
    // Snapshots keep no order of their own.
    return order.flatMap((id) => views.get(id) ?? []);
  });
const plain: fc.Arbitrary<Plain> = fc.record({
  channels,
  participants: fc
    .shuffledSubarray(sessionIds)
    .chain((ids) =>
      fc.tuple(...ids.map((id) => fc.tuple(fc.constant(id), fc.boolean(), fc.boolean()))),
    )
    .map((all) => all.map(([id, muted, away]) => participantView(id, muted, away))),
  memberships: fc.uniqueArray(
    fc.tuple(
      fc.constantFrom(...channelIds),
      fc.constantFrom(...sessionIds),
      fc
        .tuple(fc.boolean(), fc.option(fc.boolean(), { nil: undefined }))
        .map(([listening, selected]) => membershipView(listening, selected)),
    ),
    { selector: ([channel, session]) => `${channel}${session}` },
  ),
  patches: fc
    .shuffledSubarray(['u', 'v'])
    .chain((ids) => fc.tuple(...ids.map((id) => fc.tuple(fc.constant(id), fc.nat(2), fc.nat(3)))))
    .map((all) => all.map(([id, hidden, stance]) => patchView(id, hidden, stance))),
});

const linesOf = (before: Plain, after: Plain): string[] =>
  differences(stateOf(before), stateOf(after)).map(({ name, payload }) => {
    const { channel, participant, session } = payload as Record<string, unknown>;
    const channelId = typeof channel === 'string' ? channel : (channel as ChannelView)?.id;
    const who = (session ?? (participant as ParticipantView)?.session) as string | undefined;
    return [name, channelId, who].filter((word) => word !== undefined).join(' ');
  });

const nothing: Plain = { channels: [], participants: [], memberships: [], patches: [] };

describe('The differences of two states', () => {
  it('lead from the one to the other, and each of them is an event that can be applied', () => {
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        const state = stateOf(before);
        for (const event of differences(state, stateOf(after))) {
          expect(applyStateEvent(state, event), event.name).to.not.equal(null);
        }
        expect(contents(state)).to.deep.equal(contents(stateOf(after)));
      }),
      { numRuns: 500 },
    );
  });

  it('are none between equal states', () => {
    fc.assert(
      fc.property(plain, (same) => {
        expect(differences(stateOf(same), stateOf(structuredClone(same)))).to.deep.equal([]);
      }),
    );
  });

  it('tell of nothing twice, and leave the records of what goes on in place', () => {
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        const state = stateOf(before);
        const recordsOf = (): [string, object][] => [
          ...state.channels,
          ...state.participants,
          ...state.patches,
        ];
        const records = new Map(recordsOf());
        const events = differences(state, stateOf(after));
        const seen = events.map((event) => JSON.stringify(event));
        expect(new Set(seen).size).to.equal(seen.length);
        for (const event of events) applyStateEvent(state, event);
        for (const [id, record] of recordsOf()) {
          if (records.has(id)) expect(record).to.equal(records.get(id));
        }
      }),
    );
  });

  it('create parents first and delete children first, whatever order the snapshot has', () => {
    const tree = [channelView('c', 'b'), channelView('b', 'a'), channelView('a', null)];
    expect(linesOf(nothing, { ...nothing, channels: tree })).to.deep.equal([
      'channelCreated a',
      'channelCreated b',
      'channelCreated c',
    ]);
    expect(linesOf({ ...nothing, channels: tree }, nothing)).to.deep.equal([
      'channelDeleted c',
      'channelDeleted b',
      'channelDeleted a',
    ]);
  });

  it('let leave before anybody joins, and take out of channels first', () => {
    const channel = [channelView('a', null), channelView('b', null)];
    const before: Plain = {
      ...nothing,
      channels: channel,
      participants: [participantView('old'), participantView('stays')],
      memberships: [
        ['a', 'old', membershipView(true)],
        ['a', 'stays', membershipView(true)],
      ],
    };
    const after: Plain = {
      ...nothing,
      channels: channel,
      participants: [participantView('stays'), participantView('new')],
      memberships: [
        ['b', 'new', membershipView(true)],
        ['b', 'stays', membershipView(true)],
      ],
    };
    expect(linesOf(before, after)).to.deep.equal([
      'membershipChanged a old',
      'membershipChanged a stays',
      'participantLeft old',
      'participantJoined new',
      'membershipChanged b new',
      'membershipChanged b stays',
    ]);
  });

  it('tell an absence as such, and other changes of a participant as an update', () => {
    const of = (...views: ParticipantView[]): Plain => ({ ...nothing, participants: views });
    const here = participantView('p');
    expect(linesOf(of(here), of(participantView('p', false, true)))).to.deep.equal([
      'participantAway p',
    ]);
    expect(linesOf(of(here), of(participantView('p', true)))).to.deep.equal([
      'participantUpdated p',
    ]);
    expect(linesOf(of(here), of(participantView('p', true, true)))).to.deep.equal([
      'participantAway p',
      'participantUpdated p',
    ]);
  });

  it('do not run for ever on channels that are above each other', () => {
    const circle = [channelView('a', 'b'), channelView('b', 'a')];
    expect(linesOf(nothing, { ...nothing, channels: circle })).to.have.length(2);
  });

  it('bear a hundred thousand levels, which a hostile server may send', () => {
    const levels = 100_000;
    const ids = Array.from({ length: levels }, (_, level) => `level-${level}`);
    const deep = ids.map((id, level) => channelView(id, ids[level - 1] ?? null)).reverse();
    const lines = linesOf(nothing, { ...nothing, channels: deep });
    expect(lines).to.have.length(levels);
    expect([lines[0], lines.at(-1)]).to.deep.equal([
      'channelCreated level-0',
      `channelCreated level-${levels - 1}`,
    ]);
  });
});
