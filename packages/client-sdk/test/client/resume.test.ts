import { expect } from 'chai';
import { collect, recordState } from '../support/collect-events.js';
import { connectedClient } from '../support/connected-client.js';
import type { FakePeer } from '../support/fake-peer.js';
import { latest, methodsOf, scene } from '../support/scene.js';

describe('A connection that is cut', () => {
  it('is replaced at once, and the session goes on with every event of the gap, once', async () => {
    const at = await scene();
    const { server, clock, client, peer } = at;
    const ben = await connectedClient(server, 'Ben');
    const [session, command] = [client.self, client.channels.find('Command')];
    const membership = await client.channels.join('Command');
    const lines = recordState(client);
    peer.cut();
    await ben.client.channels.join('Lobby');
    await ben.client.setMuted(true);
    expect(client.state).to.include({ status: 'reconnecting', attempt: 1, retryInMs: null });
    expect([client.self, client.channels.find('Command')]).to.deep.equal([session, command]);
    await clock.advanceAsync(0);
    expect(client.state).to.include({ status: 'connected', session: peer.session });
    await ben.client.setMuted(false);
    await clock.settle();
    expect(lines).to.deep.equal(['Ben in Lobby', 'Ben updated', 'Ben updated']);
    expect([client.self, client.channels.find('Command')]).to.deep.equal([session, command]);
    expect(membership.joined).to.equal(true);
    expect(methodsOf(latest(at)).slice(0, 2)).to.deep.equal(['session.resume', 'session.setState']);
  });

  it('tells its states in order, the attempts with them', async () => {
    const { server, clock, client, peer } = await scene({
      reconnect: ({ attempt }) => attempt * 100,
    });
    const states = collect(client, 'stateChanged');
    server.silent = true;
    peer.cut();
    await clock.advanceAsync(100 + 5_000 + 199);
    server.silent = false;
    await clock.advanceAsync(1);
    expect(
      states.map(({ state }) =>
        state.status === 'reconnecting'
          ? [state.reason.kind, state.attempt, state.retryInMs]
          : state.status,
      ),
    ).to.deep.equal([
      ['connectionLost', 1, 100],
      ['connectionLost', 1, null],
      ['signInFailed', 2, 200],
      ['signInFailed', 2, null],
      'connected',
    ]);
    expect(server.peers.filter(({ open }) => open)).to.have.length(1);
  });

  it('comes back though the answer of a resume was lost, with the token that it has', async () => {
    const { server, clock, client, peer } = await scene();
    server.loseAnswersOf.add('session.resume');
    peer.cut();
    await clock.advanceAsync(0);
    expect(client.state.status).to.equal('reconnecting');
    server.loseAnswersOf.clear();
    await clock.advanceAsync(250);
    expect(client.state).to.include({ status: 'connected', session: peer.session });
    const tokens = server.peers.slice(1).map(({ received }) => received[0]?.params['token']);
    expect(tokens[0]).to.equal(tokens[1]);
  });

  it('uses the new token next time, and the same instance', async () => {
    const { server, clock, client, peer } = await scene();
    peer.cut();
    await clock.advanceAsync(0);
    server.peers[1]?.cut();
    await clock.advanceAsync(250);
    expect(client.state.status).to.equal('connected');
    const [first, second] = server.peers.slice(1).map(({ received }) => received[0]?.params);
    expect(first?.['token']).to.not.equal(second?.['token']);
    expect(first?.['instance']).to.equal(peer.received[0]?.params['instance']);
    expect(second?.['instance']).to.equal(first?.['instance']);
  });

  it('resumes where a number is missing, and gets the event then', async () => {
    const { server, clock, client, peer } = await scene();
    const lines = recordState(client);
    // As if the network had lost one: the ring has it.
    const { socket } = peer;
    peer.open = false;
    peer.state('channelUpdated', { channel: { ...server.channel('Lobby'), topic: 'lost' } });
    peer.open = true;
    peer.state('channelDeleted', { channel: server.channel('Command').id });
    await clock.advanceAsync(0);
    expect(socket).to.equal(peer.socket);
    expect(client.state.status).to.equal('connected');
    expect(lines).to.deep.equal(['updated Lobby', 'deleted Command']);
  });

  it('asks for a snapshot after an event that it could not use, which a replay would bring again', async () => {
    const { server, clock, client, peer } = await scene();
    peer.state('channelDeleted', { channel: 7 });
    server.channels.delete(server.channel('Command').id);
    await clock.advanceAsync(0);
    expect(client.state.status).to.equal('connected');
    expect(server.peers[1]?.received[0]?.params['lastSeq']).to.equal(null);
    expect(client.channels.find('Command')).to.equal(null);
  });

  it('begins the snapshot again when the connection ends before its last part', async () => {
    const { server, clock, client, peer } = await scene();
    server.resync = true;
    let parts = 0;
    server.tap = (text) => {
      // The first part arrives, the last one does not.
      if (text.includes('"snapshotPart"') && ++parts === 2) server.peers.at(-1)?.cut();
    };
    peer.cut();
    await clock.advanceAsync(0);
    expect(client.state.status).to.equal('reconnecting');
    server.resync = false;
    await clock.advanceAsync(250);
    expect(client.state.status).to.equal('connected');
    expect(server.peers[2]?.received[0]?.params['lastSeq']).to.equal(null);
  });
});

describe('News of several who are away', () => {
  it('are told of each, but not of this client, which may be among them', async () => {
    const { server, clock, client, peer } = await scene();
    const { peer: ben } = await connectedClient(server, 'Ben', { clock });
    const lines = recordState(client);
    peer.state('participantsAway', { sessions: [peer.session, ben.session], away: true });
    peer.state('participantsAway', { sessions: [peer.session], away: false });
    peer.state('participantsAway', { sessions: [ben.session], away: false });
    await clock.settle();
    expect(lines).to.deep.equal(['Ben away', 'Ben back']);
    expect(client.self?.away).to.equal(false);
    expect(client.state.status).to.equal('connected');
  });
});

describe('A resync', () => {
  it('tells what happened meanwhile as ordinary events, and keeps the objects of what goes on', async () => {
    const at = await scene();
    const { server, clock, client, peer } = at;
    const ben = await connectedClient(server, 'Ben');
    await connectedClient(server, 'Cid');
    await ben.client.channels.join('Lobby');
    await clock.settle();
    const kept = [client.self, client.participants.find('Ben'), client.channels.find('Lobby')];
    server.transmissions = [];
    peer.cut();
    await clock.settle();
    const lines = recordState(client);
    server.resync = true;
    server.peers[2]?.socket.close(1000, '');
    (server.peers[2] as FakePeer).signedIn = false;
    await ben.client.channels.join('Command');
    const fresh = server.addChannel('Fresh');
    server.addChannel('Below', fresh.id);
    await clock.advanceAsync(0);
    expect(client.state.status).to.equal('connected');
    expect(lines).to.deep.equal(['Cid left', 'created Fresh', 'created Below', 'Ben in Command']);
    expect([
      client.self,
      client.participants.find('Ben'),
      client.channels.find('Lobby'),
    ]).to.deep.equal(kept);
    kept.forEach((object) => expect(object).to.be.an('object'));
    await ben.client.setMuted(true);
    await clock.settle();
    expect(lines.at(-1)).to.equal('Ben updated');
  });
});
