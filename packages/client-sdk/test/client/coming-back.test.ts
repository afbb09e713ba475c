import { expect } from 'chai';
import { createFakeClock } from '@sidetone/testkit';
import { WireError } from '@sidetone/protocol';
import { collect } from '../support/collect-events.js';
import { connectedClient } from '../support/connected-client.js';
import { FakeServer } from '../support/fake-server.js';
import { latest, methodsOf, outcome, scene } from '../support/scene.js';

describe('Coming back', () => {
  it('does not happen after a close that forbids it', async () => {
    for (const code of [4000, 4003, 4004, 4011]) {
      const { server, clock, client, peer } = await scene();
      peer.cut(code);
      await clock.advanceAsync(60_000);
      expect(client.state.status, String(code)).to.equal('disconnected');
      expect(server.peers).to.have.length(1);
      expect(clock.pending).to.equal(0);
    }
  });

  it('does happen after a close code that nobody knows', async () => {
    for (const code of [1012, 4099]) {
      const { clock, client, peer } = await scene();
      peer.cut(code);
      await clock.advanceAsync(0);
      expect(client.state.status, String(code)).to.equal('connected');
    }
  });

  it('waits as long as the server asks for, whatever the policy says', async () => {
    const { server, clock, client, peer } = await scene({ reconnect: () => 10 });
    peer.notify('closing', { reason: 'SHUTTING_DOWN', message: 'update', retryAfterMs: 7_000 });
    await clock.settle();
    peer.cut(4008);
    await clock.advanceAsync(6_999);
    expect(server.peers).to.have.length(1);
    await clock.advanceAsync(1);
    expect(client.state.status).to.equal('connected');
  });

  it('waits as long as a refused resume asks for', async () => {
    const { server, clock, client, peer } = await scene({ reconnect: () => 10 });
    const full = new WireError('SERVER_FULL', 'later', { retryAfterMs: 3_000 });
    server.refusals.set('session.resume', full);
    peer.cut();
    await clock.advanceAsync(10);
    server.refusals.clear();
    await clock.advanceAsync(2_999);
    expect(client.state).to.include({ status: 'reconnecting', attempt: 2 });
    await clock.advanceAsync(1);
    expect(client.state).to.include({ status: 'connected', session: peer.session });
  });

  it('is given up when the policy says so', async () => {
    const { server, clock, client, peer } = await scene({
      reconnect: ({ attempt }) => (attempt > 2 ? null : 0),
    });
    server.silent = true;
    peer.cut();
    await clock.advanceAsync(60_000);
    expect(client.state.status).to.equal('disconnected');
    expect(server.peers).to.have.length(3);
    expect(client.self).to.equal(null);
    expect(clock.pending).to.equal(0);
  });

  it('is never tried where the option is null', async () => {
    const { server, clock, client, peer } = await scene({ reconnect: null });
    peer.cut();
    await clock.advanceAsync(60_000);
    expect(client.state.status).to.equal('disconnected');
    expect(server.peers).to.have.length(1);
  });

  it('has one attempt at a time, each of at most 10 s', async () => {
    const { server, clock, client, peer } = await scene({ reconnect: () => 0 });
    server.mute.add('session.resume');
    peer.cut();
    for (let second = 0; second < 35; second++) {
      await clock.advanceAsync(1_000);
      expect(server.peers.filter(({ open }) => open).length).to.be.at.most(1);
      server.peers.at(-1)?.notify('tick', { seq: 0 });
    }
    expect(server.peers).to.have.length(1 + 4);
    expect(client.state.status).to.equal('reconnecting');
  });
});

describe('A connection that is left', () => {
  it('is gone after 1 s, though the server answers no close frame', async () => {
    // A resume would end it, too.
    const { server, clock, client, peer } = await scene({ reconnect: () => 60_000 });
    server.ignoresClose = true;
    peer.seq += 1;
    peer.state('channelDeleted', { channel: server.channel('Lobby').id });
    await clock.advanceAsync(999);
    expect([client.state.status, peer.open]).to.deep.equal(['reconnecting', true]);
    await clock.advanceAsync(1);
    expect(peer.open).to.equal(false);
  });
});

describe('A wait for the next attempt', () => {
  it('keeps the program running, and nothing else of the client does', async () => {
    const { server, clock, client, peer } = await scene({ reconnect: () => 100 });
    const kept = [server.keptRunning];
    peer.cut();
    await clock.settle();
    kept.push(server.keptRunning);
    await clock.advanceAsync(100);
    kept.push(server.keptRunning);
    server.peers[1]?.cut();
    await clock.settle();
    kept.push(server.keptRunning);
    await client.close();
    kept.push(server.keptRunning);
    expect(kept).to.deep.equal([0, 1, 0, 1, 0]);
  });
});

describe('Closing', () => {
  it('while a wait goes on reaches the server all the same, and leaves no timer', async () => {
    const at = await scene({ reconnect: () => 60_000 });
    const { clock, client, peer } = at;
    peer.cut();
    await clock.settle();
    const states = collect(client, 'stateChanged');
    await client.close();
    expect(methodsOf(latest(at))).to.deep.equal(['session.resume', 'session.close']);
    expect(latest(at).open).to.equal(false);
    expect(states.map(({ state }) => state.status)).to.deep.equal(['closed']);
    expect(clock.pending).to.equal(0);
  });

  it('takes 1 s at most where the server is gone, and leaves neither socket nor timer', async () => {
    for (const cutFirst of [true, false]) {
      const { server, clock, client, peer } = await scene();
      server.silent = true;
      server.mute.add('session.close');
      if (cutFirst) peer.cut();
      await clock.settle();
      const closed = client.close();
      await clock.advanceAsync(1_000);
      await closed;
      expect(client.state.status).to.equal('closed');
      expect(server.peers.some(({ open }) => open)).to.equal(false);
      expect(clock.pending).to.equal(0);
      await clock.advanceAsync(60_000);
      expect(server.peers.length).to.be.at.most(2);
    }
  });

  it('rejects the calls that waited', async () => {
    const { server, clock, client, peer } = await scene();
    server.silent = true;
    peer.cut();
    await clock.settle();
    const asked = outcome(client.channels.join('Command'));
    const closed = client.close();
    await clock.advanceAsync(1_000);
    await closed;
    expect(await asked).to.equal('ERR_CLIENT_DISCONNECTED');
  });

  it('is heeded even in the listener that hears of the cut', async () => {
    const { clock, client, peer } = await scene();
    client.on('stateChanged', ({ state }) => {
      if (state.status === 'reconnecting') void client.close();
    });
    peer.cut();
    await clock.advanceAsync(2_000);
    expect(client.state.status).to.equal('closed');
    expect(clock.pending).to.equal(0);
  });
});

describe('A hint that the network changed', () => {
  it('ends a wait at once', async () => {
    const { clock, client, peer } = await scene({ reconnect: () => 60_000 });
    peer.cut();
    await clock.advanceAsync(1_000);
    client.hintNetworkChanged();
    await clock.settle();
    expect(client.state.status).to.equal('connected');
  });

  it('replaces a connection that does not answer within 1 s, and no other', async () => {
    const { server, clock, client, peer } = await scene();
    client.hintNetworkChanged();
    await clock.advanceAsync(2_000);
    expect(server.peers).to.have.length(1);
    expect(methodsOf(peer)).to.include('session.setState');
    server.mute.add('session.setState');
    client.hintNetworkChanged();
    client.hintNetworkChanged();
    await clock.advanceAsync(999);
    expect(client.state.status).to.equal('connected');
    await clock.advanceAsync(1);
    expect(peer.open).to.equal(false);
    await clock.advanceAsync(0);
    expect(client.state.status).to.equal('connected');
    expect(server.peers).to.have.length(2);
  });

  it('gives up an attempt that had no greeting within 1 s', async () => {
    const { server, clock, client, peer } = await scene();
    server.silent = true;
    peer.cut();
    await clock.advanceAsync(100);
    server.silent = false;
    client.hintNetworkChanged();
    await clock.advanceAsync(1_500);
    expect(client.state.status).to.equal('connected');
  });

  it('is taken from the platform while the client is connected, and not after', async () => {
    const server = new FakeServer();
    const clock = createFakeClock();
    const { client, peer } = await connectedClient(server, 'Ann', {
      clock,
      reconnect: () => 9_000,
    });
    expect(server.networkWatchers.size).to.equal(1);
    peer.cut();
    await clock.settle();
    for (const changed of server.networkWatchers) changed();
    await clock.settle();
    expect(client.state.status).to.equal('connected');
    await client.close();
    expect(server.networkWatchers.size).to.equal(0);
  });
});
