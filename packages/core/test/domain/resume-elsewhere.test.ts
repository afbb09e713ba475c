import { expect } from 'chai';
import { AccessPolicy, type Plugin } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { ReturningClient } from './returning-client.js';
import { refusalOf } from './test-peer.js';

/** A policy that takes its time when the test says so, and allows all but what it denies. */
interface SlowPolicy extends Plugin {
  slow: boolean;
  readonly denied: Set<string>;
  loads: number;
  answer(): void;
}

function slowPolicy(): SlowPolicy {
  const denied = new Set<string>();
  let waiting: (() => void)[] = [];
  const policy: SlowPolicy = {
    name: 'slow-policy',
    version: '1.0.0',
    provides: [AccessPolicy],
    slow: false,
    denied,
    loads: 0,
    answer() {
      for (const go of waiting) go();
      waiting = [];
    },
    setup(ctx) {
      ctx.provide(AccessPolicy, () => ({
        load: async () => {
          policy.loads += 1;
          if (policy.slow) await new Promise<void>((resolve) => waiting.push(resolve));
          const now = new Set(denied);
          return {
            allows: (permission, { channelId }) => !now.has(`${permission} ${channelId ?? ''}`),
            explain: () => ({ allowed: true, because: [] }),
          };
        },
        onChange: () => () => {},
      }));
    },
  };
  return policy;
}

describe('Another instance with the token of a session', () => {
  let door: OpenDoor;
  let policy: SlowPolicy;

  beforeEach(async () => {
    policy = slowPolicy();
    door = await openDoor([policy], { initialChannels: ['Lobby', 'Tower'] });
  });

  afterEach(async () => {
    policy.answer();
    await door.server.stop();
  });

  const idOf = (name: string): string => door.server.organization().channels.find(name)?.id ?? '';
  const details = (session: string) => door.server.organization().participants.get(session);
  const present = (): string[] =>
    door.server
      .organization()
      .participants.list()
      .map(({ session }) => session);

  const annInLobby = async (): Promise<ReturningClient> => {
    const ann = await ReturningClient.enter(door, 'Ann');
    await ann.peer.request('channel.join', { channel: idOf('Lobby') });
    return ann;
  };

  it('gets a new session of the same user, in the same channels with the same flags', async () => {
    const ann = await annInLobby();
    const bob = await door.enter('Bob');
    const channel = idOf('Lobby');
    const { participants, channels } = door.server.organization();
    const { id: ours } = await channels.create({ name: 'Ours', temporary: true });
    await ann.peer.request('channel.join', { channel: ours, listening: false });
    await ann.peer.request('channel.setMembership', { channel, selected: true, muted: true });
    await ann.peer.request('session.setState', { deafened: true });
    await participants.mute(ann.session, channel, true);
    const before = details(ann.session);
    const heard = bob.events.length;

    const other = ReturningClient.thief(door, ann.token);
    other.lastSeq = ann.lastSeq;
    const resumed = await other.resume();

    expect(resumed.session).not.to.equal(ann.session);
    expect(resumed.resync).to.equal(true);
    expect(resumed.user.id).to.equal(before?.user.id);
    expect(resumed.keys).to.have.lengthOf(2);
    expect(details(other.session)).to.deep.equal({ ...before, session: other.session });
    expect(details(other.session)?.memberships.get(channel)).to.include({
      selected: true,
      muted: true,
      mutedByModerator: true,
    });
    expect(details(other.session)?.memberships.get(ours)).to.include({ listening: false });
    expect(ann.closeReason).to.equal('DISPLACED');
    expect(present()).to.deep.equal([bob.session, other.session]);
    const events = bob.events.slice(heard);
    expect(events[0]?.method).to.equal('participantJoined');
    expect(events.at(-1)?.method).to.equal('participantLeft');
    expect(events.at(-1)?.params).to.include({ session: ann.session, reason: 'disconnected' });
    await channels.update(channel, { topic: 'after' });
    expect(other.applied).to.deep.equal([resumed.seq + 1]);
  });

  it('takes over from who is away, and its rights are asked for anew', async () => {
    const ann = await annInLobby();
    await ann.peer.request('channel.join', { channel: idOf('Tower') });
    ann.cut();
    policy.denied.add(`VIEW ${idOf('Tower')}`);
    const other = ReturningClient.thief(door, ann.token);
    await other.resume();
    expect([...(details(other.session)?.memberships.keys() ?? [])]).to.deep.equal([idOf('Lobby')]);
    expect(present()).to.deep.equal([other.session]);
    door.clock.advance(60_000);
    expect(present(), 'no timer of the other is left').to.deep.equal([other.session]);
  });

  it('displaces for good: the client that missed it is told so', async () => {
    const ann = await annInLobby();
    ann.cut();
    const other = ReturningClient.thief(door, ann.token);
    await other.resume();
    await other.confirm();
    void ann.resume();
    await settle();
    expect(ann.closeReason).to.equal('DISPLACED');
    expect(other.closeReason).to.equal(null);
  });

  it('comes again when the answer was lost, to the session that it had got', async () => {
    const ann = await annInLobby();
    const { token } = ann;
    const other = ReturningClient.thief(door, token);
    await other.resume();
    const { session } = other;
    other.cut();
    other.token = token;
    // The number of an event of a session that is no more: it says nothing here.
    other.lastSeq = 1;
    expect(await other.resume()).to.include({ session, resync: true });
    expect(present()).to.deep.equal([session]);
  });

  describe('while its rights are being asked for', () => {
    let ann: ReturningClient;
    let other: ReturningClient;
    let asked: Promise<string | undefined>;

    beforeEach(async () => {
      ann = await annInLobby();
      policy.slow = true;
      other = ReturningClient.thief(door, ann.token);
      asked = refusalOf(other.resume());
      await settle();
      policy.slow = false;
    });

    const proceed = async (): Promise<void> => {
      policy.answer();
      await settle();
    };

    it('may vanish, and the session stays with who has it', async () => {
      other.cut();
      await proceed();
      expect(present()).to.deep.equal([ann.session]);
      expect(await refusalOf(ann.confirm())).to.equal(undefined);
    });

    it('learns that the user was kicked meanwhile', async () => {
      await door.server.organization().participants.kick(ann.session);
      await proceed();
      expect(other.closeReason).to.equal('KICKED');
      expect(present()).to.deep.equal([]);
    });

    it('comes too late when the session has ended meanwhile', async () => {
      ann.cut();
      door.clock.advance(60_000);
      await proceed();
      expect(await asked).to.be.oneOf(['SESSION_UNKNOWN', 'REQUEST_TIMEOUT']);
      expect(present()).to.deep.equal([]);
    });

    it('waits no longer than a sign-in, and changes nothing then', async () => {
      await door.clock.advanceAsync(10_000);
      expect(await asked).to.equal('REQUEST_TIMEOUT');
      await proceed();
      expect(present()).to.deep.equal([ann.session]);
    });

    it('displaces its own first attempt, and is one session', async () => {
      const first = other.peer;
      await other.resume();
      await proceed();
      expect(present()).to.have.lengthOf(1);
      expect(
        [first.closeReason, other.closeReason].filter((reason) => reason === null),
      ).to.have.lengthOf(1);
    });

    it('is caught when the token was spent meanwhile', async () => {
      ann.cut();
      await ann.resume();
      await ann.confirm();
      await proceed();
      expect(await asked).to.equal('TOKEN_REUSED');
      expect(ann.closeReason).to.equal('TOKEN_REUSED');
      expect(present()).to.deep.equal([]);
    });

    it('is turned away when the server stops', async () => {
      const stopped = door.server.stop();
      await proceed();
      await stopped;
      expect(other.closeReason).to.equal('SHUTTING_DOWN');
      expect(door.clock.pending).to.equal(0);
    });
  });
});
