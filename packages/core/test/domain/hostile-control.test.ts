import { encodeNotification, encodeRequest, encodeResult } from '@sidetone/protocol';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { refusalOf } from './test-peer.js';

describe('A hostile client', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor();
  });

  afterEach(() => door.server.stop());

  it('is told when it is too fast, with the wait, and lives', async () => {
    const ann = await door.enter('Ann');
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => refusalOf(ann.request('session.setState', {}))),
    );
    expect(answers.filter((code) => code === 'RATE_LIMITED')).to.have.lengthOf(10);
    expect(ann.closeReason).to.equal(null);
    door.clock.advance(1000);
    expect(await refusalOf(ann.request('session.setState', {}))).to.equal(undefined);
  });

  it('is closed when it does not listen', async () => {
    const ann = await door.enter('Ann');
    for (let flood = 0; flood < 200; flood += 1) {
      ann.ask('session.setState', {}).catch(() => undefined);
    }
    await settle();
    expect(ann.closeReason).to.equal('RATE_LIMITED');
    expect(ann.heard('closing')[0]?.['retryAfterMs']).to.be.within(1000, 5000);
    const { participants } = door.server.organization();
    expect(participants.get(ann.session), 'it may come back').to.have.property('away', true);
    door.clock.advance(60_000);
    expect(participants.list()).to.deep.equal([]);
  });

  it('may answer what nobody asked, or notify, for a while only', async () => {
    const ann = await door.enter('Ann');
    ann.receive(encodeResult(99, {}));
    ann.receive(encodeNotification('anything', {}));
    expect(ann.closeReason).to.equal(null);
    for (let flood = 0; flood < 100; flood += 1) ann.receive(encodeNotification('anything', {}));
    expect(ann.closeReason).to.equal('PROTOCOL_ERROR');
  });

  it('does not buy any amount of rubbish with a proper request now and then', async () => {
    const ann = await door.enter('Ann');
    for (let second = 0; second < 5; second += 1) {
      for (let flood = 0; flood < 60; flood += 1) ann.receive('rubbish');
      ann.ask('session.setState', {}).catch(() => undefined);
      await settle();
      door.clock.advance(1000);
    }
    expect(ann.closeReason).to.equal('PROTOCOL_ERROR');
  });

  it('gets an error for each text that is no JSON-RPC, and cannot crash the server', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .oneof(
            fc.string(),
            fc.json(),
            fc.record({ jsonrpc: fc.constant('2.0'), id: fc.jsonValue(), method: fc.jsonValue() }),
          )
          .map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
        async (text) => {
          const peer = door.connect();
          peer.receive(text);
          await settle();
          expect(peer.notifications[0]).to.have.property('method', 'hello');
          peer.vanish();
        },
      ),
      { numRuns: 300 },
    );
    const ann = await door.enter('Ann');
    ann.receive('not json');
    expect(ann.refusals[0]?.data?.code).to.equal('PARSE_ERROR');
    ann.receive('[]');
    expect(ann.refusals[1]?.data?.code).to.equal('INVALID_REQUEST');
  });

  it('is answered when a message is longer than hello allows, and it is not read', async () => {
    await door.server.stop();
    door = await openDoor([], { limits: { messageBytes: 4096 } });
    const ann = await door.enter('Ann');
    const { channels, participants } = door.server.organization();
    const channel = channels.find('Lobby')?.id;
    const request = encodeRequest(7, 'channel.join', { channel });
    const longest = request + ' '.repeat(4096 - request.length);
    ann.receive(`${longest} `);
    // Two bytes each.
    ann.receive(JSON.stringify('ü'.repeat(2048)));
    const data = { code: 'LIMIT_EXCEEDED', retryable: false, details: { messageBytes: 4096 } };
    expect(ann.refusals.map((refusal) => refusal.data)).to.deep.equal([data, data]);
    await settle();
    expect(participants.get(ann.session)?.memberships.size).to.equal(0);
    ann.receive(longest);
    await settle();
    expect(participants.get(ann.session)?.memberships.size).to.equal(1);
    expect(ann.refusals).to.have.lengthOf(2);
  });

  it('may send messages that are too long for a while only, before it signs in too', () => {
    const peer = door.connect();
    for (let flood = 0; flood < 100; flood += 1) peer.receive('x'.repeat(65_537));
    expect(peer.closeReason).to.equal('PROTOCOL_ERROR');
    expect(peer.refusals.map(({ data }) => data?.code)).to.deep.equal(
      Array.from({ length: 65 }, () => 'LIMIT_EXCEEDED'),
    );
  });

  it('cannot lift a moderator’s mute or raise its priority with fields that are not its own', async () => {
    const ann = await door.enter('Ann');
    const { channels, participants } = door.server.organization();
    const channel = channels.find('Lobby')?.id ?? expect.fail();
    await ann.request('channel.join', { channel });
    await participants.mute(ann.session, channel, true);
    await ann.ask('channel.setMembership', {
      channel,
      selected: true,
      mutedByModerator: false,
      maxPriority: 3,
      joinOrder: -1,
    });
    const membership = participants.get(ann.session)?.memberships.get(channel);
    expect(membership).to.include({ selected: true, mutedByModerator: true, maxPriority: 1 });
  });

  it('cannot make the server keep a snapshot that it does not read', async () => {
    const peer = door.connect();
    peer.queuedBytes = 65_537;
    await peer.signIn('Ann');
    door.clock.advance(30_000);
    expect(peer.closeReason).to.equal(null);
    door.clock.advance(2_000);
    expect(peer.closeReason).to.equal('SLOW_READER');
    door.clock.advance(60_000);
    expect(door.server.organization().participants.list()).to.deep.equal([]);
  });

  it('cannot sign in twice at once', async () => {
    const peer = door.connect();
    const [first, second] = await Promise.all([
      refusalOf(peer.signIn('Ann')),
      refusalOf(peer.signIn('Ann')),
    ]);
    expect([first, second]).to.deep.equal([undefined, 'INVALID_REQUEST']);
  });

  it('learns nothing of a stop but that it comes, and newcomers are turned away', async () => {
    const ann = await door.enter('Ann');
    const stopped = door.server.stop();
    const late = door.connect();
    await stopped;
    expect(ann.closeReason).to.equal('SHUTTING_DOWN');
    expect(ann.heard('closing')[0]).to.have.property('reason', 'SHUTTING_DOWN');
    expect(late.closeReason).to.equal('SHUTTING_DOWN');
    expect(door.clock.pending).to.equal(0);
  });
});
