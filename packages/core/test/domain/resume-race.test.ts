import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { Authenticator, type Plugin } from '../../src/index.js';
import { gatedKeys, type GatedKeys } from './gated-keys.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { ReturningClient } from './returning-client.js';
import { refusalOf } from './test-peer.js';

/** The server answers when it has the keys; until then the connection has a session and no answer. */
describe('Between a resume and its answer', () => {
  let door: OpenDoor;
  let keys: GatedKeys;
  let ann: ReturningClient;
  let asked: Promise<string | undefined>;

  beforeEach(async () => {
    keys = gatedKeys();
    door = await openDoor([keys]);
    ann = await ReturningClient.enter(door, 'Ann');
    keys.shut();
    const { id: channel } = await door.server.organization().channels.create({ name: 'New' });
    ann.peer.request('channel.join', { channel }).catch(() => undefined);
    await settle();
    ann.cut();
    asked = refusalOf(ann.resume());
    await settle();
    expect(ann.peer.notifications.map(({ method }) => method)).to.deep.equal(['hello']);
    expect(present()).to.deep.equal([[ann.session, false]]);
  });

  afterEach(async () => {
    keys.open();
    await settle();
    await door.server.stop();
    expect(door.clock.pending).to.equal(0);
  });

  const present = (): [string, boolean][] =>
    door.server
      .organization()
      .participants.list()
      .map(({ session, away }) => [session, away]);

  const proceed = async (): Promise<void> => {
    keys.open();
    await settle();
  };

  it('what happens comes behind the replay', async () => {
    await door.server.organization().channels.create({ name: 'Meanwhile' });
    await proceed();
    expect(await asked).to.equal(undefined);
    expect(ann.applied).to.deep.equal([1, 2, 3]);
  });

  it('the connection may end: the session is away again, and the same token works', async () => {
    ann.cut();
    expect(present()).to.deep.equal([[ann.session, true]]);
    await proceed();
    expect(ann.peer.events, 'nothing is said to who is gone').to.deep.equal([]);
    expect(ann.peer.voiceSession, 'nor is its voice expected there').to.equal(null);
    expect(await ann.resume()).to.include({ session: ann.session, resync: false });
    expect(ann.applied).to.deep.equal([1, 2]);
  });

  it('another resume displaces it, and one answer goes out', async () => {
    const first = ann.peer;
    const again = refusalOf(ann.resume());
    await settle();
    expect(first.closeReason).to.equal('DISPLACED');
    await proceed();
    expect(await again).to.equal(undefined);
    expect(first.events).to.deep.equal([]);
    expect(ann.applied).to.deep.equal([1, 2]);
    await ann.confirm();
    expect(present()).to.deep.equal([[ann.session, false]]);
  });

  it('a kick ends it, and no token goes out', async () => {
    await door.server.organization().participants.kick(ann.session);
    await proceed();
    expect(ann.closeReason).to.equal('KICKED');
    expect(ann.peer.notifications.map(({ method }) => method)).to.deep.equal(['hello', 'closing']);
    expect(present()).to.deep.equal([]);
  });

  it('the time of the session does not run', async () => {
    door.clock.advance(29_999);
    ann.cut();
    door.clock.advance(59_999);
    expect(present()).to.deep.equal([[ann.session, true]]);
    door.clock.advance(1);
    expect(present()).to.deep.equal([]);
  });

  it('the server may stop', async () => {
    const left: string[] = [];
    door.server.on('participantLeft', ({ session }) => left.push(session));
    await door.server.stop();
    expect(ann.closeReason).to.equal('SHUTTING_DOWN');
    expect(left).to.deep.equal([ann.session]);
  });

  it('nothing that the client says confirms a token that it does not have', async () => {
    ann.peer.receive('{"jsonrpc":"2.0","method":"early","params":{}}');
    ann.cut();
    await proceed();
    expect(await refusalOf(ann.resume())).to.equal(undefined);
  });

  it('what the client says counts for nothing: the first message behind it does', async () => {
    const { token } = ann;
    ann.peer.receive('{"jsonrpc":"2.0","method":"early","params":{}}');
    await proceed();
    await asked;
    await ann.confirm();
    ann.token = token;
    expect(await refusalOf(ann.resume())).to.equal('TOKEN_REUSED');
  });
});

const userId = '00000000-0000-4000-8000-000000000001';

const knownUser: Plugin = {
  name: 'known-user',
  version: '1.0.0',
  provides: [Authenticator],
  setup(ctx) {
    ctx.provide(Authenticator, () => ({
      method: 'guest',
      authenticate: ({ name }) => {
        const id = name === 'Known' ? userId : randomUUID();
        return Promise.resolve({
          ok: true,
          identity: { userId: id, displayName: String(name), guest: false },
        } as const);
      },
    }));
  },
};

describe('A session whose first connection ends before the answer', () => {
  it('is away, and ends when its time is over', async () => {
    const keys = gatedKeys();
    const door = await openDoor([keys, knownUser]);
    const bob = await door.enter('Bob');
    keys.shut();
    // Its key has to stand in the answer to whom the whisper goes to.
    bob.request('talk.register', { target: { users: [userId] } }).catch(() => undefined);
    await settle();
    const peer = door.connect();
    peer.signIn('Known').catch(() => undefined);
    await settle();
    const away = (): boolean[] =>
      door.server
        .organization()
        .participants.list()
        .map((participant) => participant.away);
    expect(away()).to.deep.equal([false, false]);
    peer.vanish();
    expect(away()).to.deep.equal([false, true]);
    keys.open();
    await settle();
    expect(away()).to.deep.equal([false, true]);
    door.clock.advance(60_000);
    expect(away()).to.deep.equal([false]);
    await door.server.stop();
    expect(door.clock.pending).to.equal(0);
  });
});

describe('A connection that is turned away while it signs in', () => {
  const opened: unknown[] = [];

  const slowDoor = async (): Promise<{ door: OpenDoor; answer: () => void }> => {
    const waiting: (() => void)[] = [];
    const slow: Plugin = {
      name: 'slow',
      version: '1.0.0',
      setup(ctx) {
        ctx.guard('session.authenticate', async () => {
          await new Promise<void>((resolve) => waiting.push(resolve));
          return { allow: true };
        });
      },
    };
    const door = await openDoor([slow]);
    opened.length = 0;
    door.server.on('sessionOpened', (fact) => opened.push(fact));
    return { door, answer: () => waiting.forEach((resolve) => resolve()) };
  };

  it('gets no session, however long it takes to end', async () => {
    const { door, answer } = await slowDoor();
    const peer = door.connect();
    peer.close = () => undefined;
    peer.signIn('Ann').catch(() => undefined);
    await settle();
    for (let flood = 0; flood < 100; flood += 1) peer.receive('rubbish');
    answer();
    await settle();
    expect(opened).to.deep.equal([]);
    peer.vanish();
    await door.server.stop();
  });

  it('takes no session over while it waits for its turn to resume it', async () => {
    const door = await openDoor();
    const ann = await ReturningClient.enter(door, 'Ann');
    await settle();
    // As many as begin in one turn, so that the next one has to wait.
    for (let ahead = 0; ahead < 2; ahead += 1) {
      refusalOf(ReturningClient.thief(door, 'x'.repeat(43)).resume()).catch(() => undefined);
    }
    const { peer } = ann;
    ann.resume().catch(() => undefined);
    // Over a network it takes a while until the connection has ended.
    ann.peer.close = () => undefined;
    for (let flood = 0; flood < 100; flood += 1) ann.peer.receive('rubbish');
    await settle();
    expect(peer.closeReason).to.equal(null);
    peer.vanish();
    door.clock.advance(60_000);
    expect(door.server.organization().participants.list()).to.deep.equal([]);
    ann.peer.vanish();
    await door.server.stop();
    expect(door.clock.pending).to.equal(0);
  });

  it('gets no session of a server that stops, even before it is its turn to be told', async () => {
    const { door, answer } = await slowDoor();
    const peers = Array.from({ length: 12 }, () => door.connect());
    for (const peer of peers) peer.signIn('Ann').catch(() => undefined);
    await settle();
    const [first] = peers;
    if (!first) return expect.fail();
    const close = first.close.bind(first);
    first.close = (reason) => {
      answer();
      close(reason);
    };
    await door.server.stop();
    expect(opened).to.deep.equal([]);
    expect(peers.every(({ closeReason }) => closeReason === 'SHUTTING_DOWN')).to.equal(true);
  });
});

describe('A server that stops', () => {
  it('tells observers of each who leaves, and nobody of the others, who leave too', async () => {
    const door = await openDoor();
    const lobby = door.server.organization().channels.find('Lobby')?.id ?? '';
    const peers = [];
    for (let index = 0; index < 12; index += 1) {
      const peer = await door.enter(`Person ${index}`);
      await peer.request('channel.join', { channel: lobby });
      peers.push(peer);
    }
    const left: string[] = [];
    door.server.on('participantLeft', ({ session }) => left.push(session));
    const told = peers.map(({ events }) => events.length);
    await door.server.stop();
    expect(left).to.have.members(peers.map(({ session }) => session));
    expect(peers.map(({ events }) => events.length)).to.deep.equal(told);
    expect(peers.every(({ closeReason }) => closeReason === 'SHUTTING_DOWN')).to.equal(true);
  });

  it('ends sessions that are away too', async () => {
    const door = await openDoor();
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await ReturningClient.enter(door, 'Bob');
    ann.cut();
    const left: unknown[] = [];
    door.server.on('participantLeft', ({ session, reason }) => left.push([session, reason]));
    await door.server.stop();
    expect(bob.closeReason).to.equal('SHUTTING_DOWN');
    expect(left).to.have.deep.members([
      [ann.session, 'shutdown'],
      [bob.session, 'shutdown'],
    ]);
    expect(door.clock.pending).to.equal(0);
  });
});
