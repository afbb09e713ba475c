import { expect } from 'chai';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { ReturningClient } from './returning-client.js';
import type { TestPeer } from './test-peer.js';

const CROWD = 200;
const GATHERING_MS = 250;

/** What a peer was told of each session, one after the other. */
function toldOf(peer: TestPeer): Map<string, boolean[]> {
  const told = new Map<string, boolean[]>();
  const tell = (session: string, away: boolean): void => {
    told.set(session, [...(told.get(session) ?? []), away]);
  };
  for (const { method, params } of peer.events) {
    if (method === 'participantAway') tell(params['session'] as string, params['away'] as boolean);
    if (method !== 'participantsAway') continue;
    for (const session of params['sessions'] as string[]) tell(session, params['away'] as boolean);
  }
  return told;
}

describe('Many who are cut off at one moment', () => {
  let door: OpenDoor;
  let observer: TestPeer;
  let crowd: ReturningClient[];

  beforeEach(async () => {
    door = await openDoor([], { signInRate: { burst: 1000, perSecond: 1000 } });
    observer = await door.enter('Observer');
    crowd = [];
    for (let index = 0; index < CROWD; index += 1) {
      crowd.push(await ReturningClient.enter(door, `Person ${index}`));
    }
  });

  afterEach(async () => {
    await door.server.stop();
    expect(door.clock.pending).to.equal(0);
  });

  it('are told as away together, and so are those who come back', async () => {
    const before = observer.events.length;
    for (const client of crowd) client.cut();
    await door.clock.advanceAsync(GATHERING_MS);
    const events = observer.events.slice(before);
    expect(events.length).to.be.lessThan(CROWD / 2);
    expect(events.map(({ method }) => method)).to.include('participantsAway');
    expect(toldOf(observer).size).to.equal(CROWD);
    expect(new Set([...toldOf(observer).values()].flat())).to.deep.equal(new Set([true]));
    await Promise.all(crowd.map((client) => client.resume()));
    await door.clock.advanceAsync(GATHERING_MS);
    const told = toldOf(observer);
    expect(crowd.map(({ session }) => told.get(session))).to.deep.equal(
      crowd.map(() => [true, false]),
    );
    for (const client of crowd) expect(client.snapshots, 'but the first').to.equal(1);
  });

  it('were not away for anybody where they are back before it was told', async () => {
    for (const client of crowd) client.cut();
    await Promise.all(crowd.map((client) => client.resume()));
    await door.clock.advanceAsync(GATHERING_MS);
    const told = [...toldOf(observer).values()];
    expect(told.length).to.be.lessThan(CROWD);
    for (const changes of told) expect(changes).to.deep.equal([true, false]);
  });

  it('are shown to newcomers as others were told of them, each change once', async () => {
    for (const client of crowd) client.cut();
    const late = await door.enter('Late');
    const shown = new Map(
      (late.heard('snapshotPart') as unknown as { participants: Shown[] }[])
        .flatMap(({ participants }) => participants)
        .map(({ session, away }) => [session, away]),
    );
    await door.clock.advanceAsync(GATHERING_MS);
    const told = toldOf(late);
    for (const { session } of crowd) {
      expect(told.get(session) ?? []).to.deep.equal(shown.get(session) === true ? [] : [true]);
    }
  });

  it('leave no timer where they end before they are told', async () => {
    const pending = door.clock.pending;
    for (const client of crowd) client.cut();
    const { participants } = door.server.organization();
    for (const { session } of crowd) await participants.kick(session);
    await settle();
    expect(door.clock.pending).to.be.at.most(pending);
    await door.clock.advanceAsync(GATHERING_MS);
    expect(observer.heard('participantsAway')).to.deep.equal([]);
  });
});

interface Shown {
  readonly session: string;
  readonly away: boolean;
}
