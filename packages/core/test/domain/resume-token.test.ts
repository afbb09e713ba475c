import { expect } from 'chai';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { ReturningClient } from './returning-client.js';
import { refusalOf, type TestPeer } from './test-peer.js';

describe('Coming back with a token', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor();
  });

  afterEach(() => door.server.stop());

  const present = (): string[] =>
    door.server
      .organization()
      .participants.list()
      .map(({ session }) => session);

  const awayHeardBy = (peer: TestPeer): unknown[] =>
    peer.heard('participantAway').map(({ away }) => away);

  it('displaces a connection that still looks open, and nobody else notices', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await door.enter('Bob');
    const half = ann.peer;
    const open: string[] = [];
    half.close = (reason) => void open.push(reason);
    const events = bob.events.length;
    await ann.resume();
    expect(open).to.deep.equal(['DISPLACED']);
    expect(half.heard('closing').at(-1)).to.include({ reason: 'DISPLACED' });
    // What it still sends or does changes nothing.
    half.receive('{"jsonrpc":"2.0","id":9,"method":"session.close","params":{}}');
    for (let flood = 0; flood < 100; flood += 1) half.receive('rubbish');
    half.vanish();
    await settle();
    expect(bob.events).to.have.lengthOf(events);
    expect(await refusalOf(ann.confirm())).to.equal(undefined);
    expect(ann.closeReason).to.equal(null);
  });

  it('works with the old one again when the answer was lost, however often', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    await ann.confirm();
    const { token } = ann;
    for (let lost = 0; lost < 3; lost += 1) {
      await ann.resume();
      expect(ann.token).not.to.equal(token);
      ann.token = token;
      if (lost > 0) ann.cut();
    }
    expect((await ann.resume()).resync).to.equal(false);
    await ann.confirm();
    ann.cut();
    expect(await refusalOf(ann.resume())).to.equal(undefined);
    expect(present()).to.deep.equal([ann.session]);
  });

  it('displaces the attempt whose answer is still on its way', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    ann.cut();
    const { token } = ann;
    await ann.resume();
    const first = ann.peer;
    ann.token = token;
    await ann.resume();
    expect(first.closeReason).to.equal('DISPLACED');
    expect(present()).to.deep.equal([ann.session]);
  });

  it('is over for both when one is spent: the thief and the client are told', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await door.enter('Bob');
    const stolen = ann.token;
    ann.cut();
    await ann.resume();
    await ann.confirm();
    const thief = ReturningClient.thief(door, stolen);
    expect(await refusalOf(thief.resume())).to.equal('TOKEN_REUSED');
    expect(thief.closeReason).to.equal('TOKEN_REUSED');
    expect(ann.closeReason).to.equal('TOKEN_REUSED');
    expect(ann.peer.heard('closing')[0]).to.include({ reason: 'TOKEN_REUSED' });
    expect(bob.events.at(-1)).to.deep.include({ method: 'participantLeft' });
    expect(present()).to.deep.equal([bob.session]);
    expect(await refusalOf(ann.resume()), 'told even if it had missed it').to.equal('TOKEN_REUSED');
    expect(ann.closeReason).to.equal('TOKEN_REUSED');
  });

  it('is over for who was robbed too while it is away', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const stolen = ann.token;
    ann.cut();
    await ann.resume();
    await ann.confirm();
    ann.cut();
    expect(await refusalOf(ReturningClient.thief(door, stolen).resume())).to.equal('TOKEN_REUSED');
    expect(present()).to.deep.equal([]);
    expect(await refusalOf(ann.resume())).to.equal('TOKEN_REUSED');
  });

  it('ends the thief who was faster, as soon as the client comes', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    ann.cut();
    const thief = ReturningClient.thief(door, ann.token);
    Object.assign(thief, { instance: ann.instance });
    await thief.resume();
    await thief.confirm();
    expect(await refusalOf(ann.resume())).to.equal('TOKEN_REUSED');
    expect(thief.closeReason).to.equal('TOKEN_REUSED');
    expect(present()).to.deep.equal([]);
  });

  it('that nobody knows is refused, and the connection may sign in, with its whole time anew', async () => {
    const peer = door.connect();
    door.clock.advance(4000);
    const params = { token: 'A'.repeat(43), instance: 'B'.repeat(22), lastSeq: null };
    expect(await refusalOf(peer.request('session.resume', params))).to.equal('SESSION_UNKNOWN');
    door.clock.advance(4999);
    expect(peer.closeReason).to.equal(null);
    const { session } = await peer.signIn('Ann');
    expect(present()).to.deep.equal([session]);
  });

  it('cannot be guessed for ever on one connection', async () => {
    const peer = door.connect();
    for (let guess = 0; guess < 5; guess += 1) {
      const params = { token: 'A'.repeat(43), instance: 'B'.repeat(22), lastSeq: null };
      expect(await refusalOf(peer.request('session.resume', params))).to.equal('SESSION_UNKNOWN');
    }
    expect(peer.closeReason).to.equal('AUTHENTICATION_FAILED');
  });

  it('is never possible for who was kicked while away', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await door.enter('Bob');
    ann.cut();
    await door.server.organization().participants.kick(ann.session, 'enough');
    expect(bob.heard('participantLeft')).to.deep.include({
      seq: 2,
      session: ann.session,
      reason: 'kicked',
    });
    void ann.resume();
    await settle();
    expect(ann.closeReason).to.equal('KICKED');
    expect(ann.peer.heard('closing')[0]).to.deep.equal({ reason: 'KICKED', message: 'enough' });
    expect(ann.peer.refusals).to.deep.equal([]);
    expect(present()).to.deep.equal([bob.session]);
  });

  it('is never possible to a session that its client closed', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    await ann.peer.request('session.close', {});
    await settle();
    expect(ann.closeReason).to.equal('SESSION_CLOSED');
    void ann.resume();
    await settle();
    expect(ann.closeReason).to.equal('SESSION_CLOSED');
  });

  it('is never possible to who broke the protocol, and is to who was only too fast', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    for (let flood = 0; flood < 100; flood += 1) ann.peer.receive('rubbish');
    expect(ann.closeReason).to.equal('PROTOCOL_ERROR');
    expect(present()).to.deep.equal([]);
    void ann.resume();
    await settle();
    expect(ann.closeReason).to.equal('PROTOCOL_ERROR');

    const bob = await ReturningClient.enter(door, 'Bob');
    for (let flood = 0; flood < 200; flood += 1) {
      bob.peer.ask('session.setState', {}).catch(() => undefined);
    }
    await settle();
    expect(bob.closeReason).to.equal('RATE_LIMITED');
    expect(await bob.resume()).to.include({ session: bob.session, resync: false });
    expect(await refusalOf(bob.confirm()), 'on the same budget').to.equal('RATE_LIMITED');
  });

  it('is possible for 60 s, and then nothing of the session is left', async () => {
    const { channels } = door.server.organization();
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await door.enter('Bob');
    // What is written behind a sign-in is no timer of theirs.
    await door.clock.advanceAsync(1_000);
    const { pending } = door.clock;
    const { id: channel } = await channels.create({ name: 'Ours', temporary: true });
    await ann.peer.request('channel.join', { channel });
    ann.cut();
    door.clock.advance(59_999);
    expect(present()).to.deep.equal([ann.session, bob.session]);
    await ann.resume();
    ann.cut();
    door.clock.advance(59_999);
    expect(present(), 'counted from the last cut').to.deep.equal([ann.session, bob.session]);
    door.clock.advance(1);
    await settle();
    expect(present()).to.deep.equal([bob.session]);
    expect(channels.get(channel)).to.equal(undefined);
    expect(bob.events.slice(-3).map(({ method }) => method)).to.deep.equal([
      'membershipChanged',
      'channelDeleted',
      'participantLeft',
    ]);
    expect(bob.events.at(-1)?.params).to.include({ reason: 'disconnected' });
    expect(awayHeardBy(bob)).to.deep.equal([true, false, true]);
    expect(await refusalOf(ann.resume())).to.equal('SESSION_UNKNOWN');
    ann.peer.vanish();
    expect(door.clock.pending).to.equal(pending);
  });

  it('is not possible where the server gives no time, and nobody is told of an absence', async () => {
    await door.server.stop();
    door = await openDoor([], { resumeTimeoutMs: 0 });
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await door.enter('Bob');
    ann.cut();
    expect(awayHeardBy(bob)).to.deep.equal([]);
    expect(present()).to.deep.equal([bob.session]);
    expect(await refusalOf(ann.resume())).to.equal('SESSION_UNKNOWN');
  });
});
