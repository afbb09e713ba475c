import { expect } from 'chai';
import { latest, methodsOf, outcome, scene } from '../support/scene.js';

describe('A call that is under way when the connection is cut', () => {
  it('is asked again with the same key and done once', async () => {
    const at = await scene();
    const { server, clock, client, peer } = at;
    server.loseAnswersOf.add('channel.join');
    const joined = client.channels.join('Command');
    await clock.settle();
    expect(peer.open).to.equal(false);
    server.loseAnswersOf.clear();
    await clock.advanceAsync(0);
    expect((await joined).joined).to.equal(true);
    const [first, second] = [peer, latest(at)].map(({ received }) =>
      received.find(({ method }) => method === 'channel.join'),
    );
    expect(first?.params['key']).to.match(/^[0-9a-f-]{36}$/);
    expect(second?.params).to.deep.equal(first?.params);
    expect([...peer.done, ...latest(at).done].filter((m) => m === 'channel.join')).to.have.length(
      1,
    );
  });

  it('waits, as all that are made meanwhile do, and all go in order', async () => {
    const at = await scene();
    const { server, clock, client, peer } = at;
    server.mute.add('channel.join');
    const calls = [client.channels.join('Command'), client.setMuted(true)];
    await clock.settle();
    peer.cut();
    await clock.settle();
    calls.push(client.channels.join('Lobby'), client.setMuted(false));
    server.mute.clear();
    await clock.advanceAsync(0);
    await Promise.all(calls);
    const asked = latest(at).received.map(({ method, params }) =>
      method === 'channel.join' ? params['channel'] : (params['muted'] ?? method),
    );
    expect(asked).to.deep.equal([
      'session.resume',
      server.channel('Command').id,
      server.channel('Lobby').id,
      false,
    ]);
    expect(client.self?.muted).to.equal(false);
  });

  it('waits 30 s at most in all, and is not asked after that', async () => {
    const at = await scene();
    const { server, clock, client, peer } = at;
    server.silent = true;
    peer.cut();
    await clock.settle();
    const asked = outcome(client.channels.join('Command'));
    await clock.advanceAsync(29_999);
    server.silent = false;
    let settled = false;
    void asked.then(() => (settled = true));
    expect(settled).to.equal(false);
    await clock.advanceAsync(1);
    expect(await asked).to.equal('REQUEST_TIMEOUT');
    await clock.advanceAsync(30_000);
    expect(client.state.status).to.equal('connected');
    expect(methodsOf(latest(at))).to.not.include('channel.join');
  });

  it('of a plugin is asked again if it carries a key, and rejects if not', async () => {
    const at = await scene();
    const { server, clock, client, peer } = at;
    server.mute.add('chat.send').add('chat.read');
    const plain = outcome(client.call('chat.read', {}));
    const keyed = outcome(client.call('chat.send', { key: crypto.randomUUID() }));
    await clock.settle();
    peer.cut();
    server.mute.clear();
    expect(await plain).to.equal('ERR_CLIENT_DISCONNECTED');
    await clock.advanceAsync(0);
    expect(await keyed).to.equal('METHOD_NOT_FOUND');
    expect(methodsOf(latest(at)))
      .to.include('chat.send')
      .and.not.include('chat.read');
  });

  it('is refused here when it is longer than the server takes', async () => {
    const { client, peer, clock } = await scene();
    const before = peer.received.length;
    expect(await outcome(client.call('chat.send', { text: 'ä'.repeat(32_768) }))).to.equal(
      'ERR_CLIENT_MESSAGE_TOO_LONG',
    );
    await clock.settle();
    expect(peer.received).to.have.length(before);
    expect(client.state.status).to.equal('connected');
  });
});

describe('A mute while the connection is cut', () => {
  it('is told to the server when it is back, however long that took', async () => {
    const { server, clock, client, peer } = await scene();
    const command = await client.channels.join('Command');
    server.silent = true;
    peer.cut();
    await clock.settle();
    const muting = [outcome(client.setMuted(true)), outcome(command.setMuted(true))];
    await clock.advanceAsync(31_000);
    expect(await Promise.all(muting)).to.deep.equal(['REQUEST_TIMEOUT', 'REQUEST_TIMEOUT']);
    server.silent = false;
    await clock.advanceAsync(30_000);
    expect([client.self?.muted, command.muted]).to.deep.equal([true, true]);
  });

  it('is not told again behind an unmute that waits, too', async () => {
    const { server, clock, client, peer } = await scene();
    const command = await client.channels.join('Command');
    peer.cut();
    const asked = [true, false].flatMap((muted) => [
      client.setMuted(muted),
      command.setMuted(muted),
    ]);
    await clock.advanceAsync(0);
    await Promise.all(asked);
    await clock.settle();
    expect([client.self?.muted, command.muted]).to.deep.equal([false, false]);
    expect(server.peers[1]?.done.filter((method) => method.startsWith('channel.'))).to.have.length(
      2,
    );
  });
});
