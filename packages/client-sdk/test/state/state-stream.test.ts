import { expect } from 'chai';
import fc from 'fast-check';
import {
  FREE_NET,
  type ChannelView,
  type MembershipView,
  type ParticipantView,
} from '@sidetone/protocol';
import { OrganizationState } from '../../src/state/organization-state.js';
import { StateStream } from '../../src/state/state-stream.js';

const uuid = (kind: number, n: number): string =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;
const channelId = (n: number): string => uuid(1, n);
const sessionId = (n: number): string => uuid(2, n);

const channelView = (n: number, topic: string): ChannelView => ({
  id: channelId(n),
  parent: null,
  name: `c${n}`,
  topic,
  position: n,
  participantLimit: null,
  temporary: false,
  passwordProtected: false,
  net: FREE_NET,
});
const participantView = (n: number, muted: boolean): ParticipantView => ({
  session: sessionId(n),
  user: { id: uuid(3, n), name: `p${n}`, guest: true },
  muted,
  deafened: false,
  away: false,
});
const membershipView = (listening: boolean): MembershipView => ({
  listening,
  muted: false,
  deafened: false,
  mutedByModerator: false,
  deafenedByModerator: false,
});

/** The same thing in the plainest way: three lists of what was said last. */
class Reference {
  channels: ChannelView[] = [];
  participants: ParticipantView[] = [];
  memberships: { channel: string; session: string; membership: MembershipView }[] = [];

  apply(name: string, payload: Record<string, unknown>): void {
    const { channel, participant, session } = payload;
    if (name === 'channelCreated' || name === 'channelUpdated' || name === 'channelMoved') {
      const view = channel as ChannelView;
      this.channels = [...this.channels.filter(({ id }) => id !== view.id), view];
    } else if (name === 'channelDeleted') {
      this.channels = this.channels.filter(({ id }) => id !== channel);
      this.memberships = this.memberships.filter((entry) => entry.channel !== channel);
    } else if (name === 'participantJoined' || name === 'participantUpdated') {
      const view = participant as ParticipantView;
      const others = this.participants.filter((other) => other.session !== view.session);
      this.participants = [...others, view];
    } else if (name === 'participantLeft') {
      this.participants = this.participants.filter((other) => other.session !== session);
      this.memberships = this.memberships.filter((entry) => entry.session !== session);
    } else this.#applyMembership(payload as never);
  }

  #applyMembership(entry: {
    channel: string;
    session: string;
    membership: MembershipView | null;
  }): void {
    const { channel, session, membership } = entry;
    if (!this.channels.some(({ id }) => id === channel)) return;
    if (!this.participants.some((other) => other.session === session)) return;
    this.memberships = this.memberships.filter(
      (known) => known.channel !== channel || known.session !== session,
    );
    if (membership) this.memberships.push({ channel, session, membership });
  }
}

const small = fc.integer({ min: 0, max: 3 });
const event = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('channelCreated', 'channelUpdated', 'channelMoved'),
      small,
      fc.string({ maxLength: 4 }),
    )
    .map(([name, n, topic]) => ({ name, payload: { channel: channelView(n, topic) } })),
  small.map((n) => ({ name: 'channelDeleted', payload: { channel: channelId(n) } })),
  fc
    .tuple(fc.constantFrom('participantJoined', 'participantUpdated'), small, fc.boolean())
    .map(([name, n, muted]) => ({ name, payload: { participant: participantView(n, muted) } })),
  small.map((n) => ({
    name: 'participantLeft',
    payload: { session: sessionId(n), reason: 'left' },
  })),
  fc.tuple(small, small, fc.option(fc.boolean())).map(([c, p, listening]) => ({
    name: 'membershipChanged',
    payload: {
      channel: channelId(c),
      session: sessionId(p),
      membership: listening === null ? null : membershipView(listening),
    },
  })),
);

const byJson = (left: object, right: object): number =>
  JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;

function contents(state: OrganizationState): object {
  const memberships = [...state.channels].flatMap(([channel, { members }]) =>
    [...members].map(([session, { view }]) => ({ channel, session, membership: view })),
  );
  return {
    channels: [...state.channels.values()].map(({ view }) => view).sort(byJson),
    participants: [...state.participants.values()].map(({ view }) => view).sort(byJson),
    memberships: memberships.sort(byJson),
  };
}

const quiet = {
  snapshotArrived: () => {},
  changed: () => {},
  advanced: () => {},
  inconsistent: () => {},
};
const streamInto = (state: OrganizationState, seq = 0): StateStream =>
  new StateStream({ state, seq, tellDifferences: false, listener: quiet });
const lastPart = (part = 0): object => ({
  part,
  last: true,
  channels: [],
  participants: [],
  memberships: [],
  patches: [],
});

describe('The state stream', () => {
  it('ends in the same state as the plainest reading of the same events', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const state = new OrganizationState();
        const reference = new Reference();
        const stream = streamInto(state);
        stream.addPart(lastPart());
        events.forEach(({ name, payload }, i) => {
          stream.apply(name as 'channelCreated', { seq: i + 1, ...payload });
          reference.apply(name, payload);
        });
        expect(contents(state)).to.deep.equal({
          channels: [...reference.channels].sort(byJson),
          participants: [...reference.participants].sort(byJson),
          memberships: [...reference.memberships].sort(byJson),
        });
        expect(stream.seq).to.equal(events.length);
      }),
    );
  });

  it('gives the same state from a snapshot in parts of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), (size) => {
        const entries = [0, 1, 2, 3].flatMap((c) =>
          [0, 1].map((p) => ({
            channel: channelId(c),
            session: sessionId(p),
            membership: membershipView(true),
          })),
        );
        const state = new OrganizationState();
        const stream = streamInto(state);
        const channels = [0, 1, 2, 3].map((n) => channelView(n, ''));
        const participants = [0, 1].map((n) => participantView(n, false));
        stream.addPart({ ...lastPart(), last: false, channels, participants });
        let part = 1;
        for (let i = 0; i < entries.length; i += size) {
          stream.addPart({
            ...lastPart(part++),
            last: false,
            memberships: entries.slice(i, i + size),
          });
        }
        stream.addPart(lastPart(part));
        expect(contents(state)).to.have.property('memberships').with.length(8);
      }),
    );
  });

  it('refuses a gap, a repetition, and an event before the end of the snapshot', () => {
    const stream = streamInto(new OrganizationState(), 4);
    const created = { channel: channelView(1, '') };
    const apply = (seq: number) => (): void => stream.apply('channelCreated', { seq, ...created });
    expect(apply(5)).to.throw().with.property('code', 'ERR_CLIENT_PROTOCOL');
    stream.addPart(lastPart());
    expect(apply(6)).to.throw().with.property('code', 'ERR_CLIENT_SEQUENCE_GAP');
    apply(5)();
    expect(apply(5)).to.throw().with.property('code', 'ERR_CLIENT_SEQUENCE_GAP');
  });

  it('refuses snapshot parts out of order, after the last one, or off their schema', () => {
    const stream = streamInto(new OrganizationState());
    expect(() => stream.addPart(lastPart(1))).to.throw(/part "1"/);
    expect(() => stream.addPart({ part: 0, last: true })).to.throw(/schema/);
    stream.addPart(lastPart());
    expect(() => stream.addPart(lastPart(1))).to.throw(/none/);
  });
});
