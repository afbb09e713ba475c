import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { WireError, type VoiceError } from '@sidetone/protocol';
import type { Client } from '../../src/client/client.js';
import type { ReconnectPolicy } from '../../src/client/reconnect-policy.js';
import { collect, recordState } from '../support/collect-events.js';
import { connectedClient } from '../support/connected-client.js';
import type { FakePeer } from '../support/fake-peer.js';
import { FakeServer } from '../support/fake-server.js';
import { flatFrame } from '../support/passthrough-codec.js';

interface Scene {
  readonly server: FakeServer;
  readonly clock: FakeClock;
  readonly client: Client;
  readonly peer: FakePeer;
}

async function scene(server = new FakeServer()): Promise<Scene> {
  const clock = createFakeClock();
  const reconnect: ReconnectPolicy = ({ attempt }) => (attempt === 1 ? 0 : 100);
  return { server, clock, ...(await connectedClient(server, 'Ann', { clock, reconnect })) };
}

const latest = ({ server }: Scene): FakePeer => server.peers.at(-1) as FakePeer;
const methodsOf = (peer: FakePeer): string[] => peer.received.map(({ method }) => method);
const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: VoiceError) => error.code,
  );

/** A server that forgot everything, and a client that has noticed. */
async function restart(at: Scene): Promise<void> {
  at.server.restart();
  await at.clock.advanceAsync(0);
}

describe('A session that the server has lost', () => {
  it('is replaced on the same connection, and the app is told how the state differs', async () => {
    const at = await scene();
    const { server, client, peer } = at;
    const lobby = client.channels.find('Lobby');
    const lines = recordState(client);
    const states = collect(client, 'stateChanged');
    server.addChannel('New');
    await restart(at);
    expect(client.state).to.include({ status: 'connected', session: latest(at).session });
    expect(latest(at).session).to.not.equal(peer.session);
    expect(methodsOf(latest(at))).to.deep.equal(['session.resume', 'session.authenticate']);
    expect(client.self?.id).to.equal(latest(at).session);
    expect(client.channels.find('Lobby')).to.equal(lobby);
    expect(lines).to.deep.equal(['Ann left', 'created New', 'Ann joined']);
    expect(states.map(({ state }) => state.status)).to.deep.equal(['reconnecting', 'connected']);
    expect(server.peers).to.have.length(2);
  });

  it('gives its successor the mutes, the channels with their flags, and the targets', async () => {
    const at = await scene();
    const { client, clock } = at;
    const lobby = await client.channels.join('Lobby', { listening: false });
    const command = await client.channels.join('Command');
    await command.setSelected(true);
    await command.setDeafened(true);
    await lobby.setMuted(true);
    await client.setMuted(true);
    await client.setDeafened(true);
    const target = await command.talk({ priority: 2 });
    const [id, failures] = [target.id, collect(client, 'restoreFailed')];
    await restart(at);
    await clock.settle();
    expect(failures).to.deep.equal([]);
    expect(client.self).to.include({ muted: true, deafened: true });
    expect(client.channels.joined).to.have.members([lobby, command]);
    expect(lobby).to.include({ joined: true, listening: false, muted: true, deafened: false });
    expect(command).to.include({ joined: true, listening: true, muted: false, deafened: true });
    expect(command.selected).to.equal(true);
    expect(client.talk.targets).to.deep.equal([target]);
    expect(target).to.include({ closed: false, registered: true, priority: 2 });
    expect(target.id).to.not.equal(id);
    expect([...latest(at).targets.keys()]).to.deep.equal([target.id]);
  });

  it('lets a held key go on talking, with a start of its own, and sends nothing meanwhile', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const target = await (await client.channels.join('Command')).talk();
    const microphone = client.talk.source();
    target.start();
    microphone.write(flatFrame(10));
    await clock.settle();
    server.mute.add('talk.register');
    await restart(at);
    const before = server.frames.length;
    microphone.write(flatFrame(10));
    await clock.settle();
    expect(server.frames).to.have.length(before);
    server.mute.clear();
    latest(at).cut();
    await clock.advanceAsync(300);
    expect(target).to.include({ started: true, registered: true });
    microphone.write(flatFrame(10));
    await clock.settle();
    const frame = server.frames.at(-1);
    expect(server.frames).to.have.length(before + 1);
    expect(frame?.sender.start).to.equal(true);
    expect(frame?.talkHandle).to.equal(target.lanes[0]?.handle);
    expect(server.strayFrames).to.equal(0);
    target.stop();
  });

  it('is not sent the rest of an end that was being said when it was lost', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const target = await (await client.channels.join('Command')).talk();
    target.start();
    client.talk.source().write(flatFrame(10));
    await clock.settle();
    target.stop();
    client.talk.source().write(flatFrame(10));
    await clock.settle();
    await restart(at);
    await clock.advanceAsync(100);
    expect(client.state.status).to.equal('connected');
    expect(server.frames.map(({ sender }) => [sender.start, sender.end])).to.deep.equal([
      [true, false],
      [false, true],
    ]);
    expect(server.strayFrames).to.equal(0);
  });

  it('takes a target back that is given up while the server is asked for it', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const target = await (await client.channels.join('Command')).talk();
    server.mute.add('talk.register');
    await restart(at);
    await target.unregister();
    server.mute.clear();
    latest(at).cut();
    await clock.advanceAsync(300);
    expect(latest(at).done).to.include.members(['talk.register', 'talk.unregister']);
    expect(latest(at).targets.size).to.equal(0);
    expect(client.talk.targets).to.deep.equal([]);
  });

  it('never lets a word out between the new session and its mute', async () => {
    for (const everywhere of [true, false]) {
      const at = await scene();
      const { server, client, clock } = at;
      const command = await client.channels.join('Command');
      const target = await command.talk();
      if (everywhere) await client.setMuted(true);
      else await command.setMuted(true);
      target.start();
      server.mute.add('session.setState').add('channel.setMembership');
      await restart(at);
      for (let i = 0; i < 5; i++) {
        client.talk.source().write(flatFrame(10));
        await clock.advanceAsync(20);
      }
      expect(server.frames.filter(({ bytes }) => bytes > 500)).to.deep.equal([]);
      target.stop();
      await clock.settle();
    }
  });

  it('finds channels by the path of their names where the ids are others', async () => {
    const server = new FakeServer([]);
    const build = (): void => {
      for (const top of ['Ground', 'Air']) server.addChannel('Net', server.addChannel(top).id);
    };
    build();
    const at = await scene(server);
    const { client, clock } = at;
    const lost = client.channels.all().find(({ parent }) => parent?.name === 'Air');
    const net = await client.channels.join(lost?.id ?? '');
    await net.setMuted(true);
    const target = await net.talk();
    server.channels.clear();
    server.routes.clear();
    build();
    const failures = collect(client, 'restoreFailed');
    await restart(at);
    await clock.settle();
    expect(failures).to.deep.equal([]);
    expect(net.joined).to.equal(true);
    expect(net.channel.parent?.name).to.equal('Air');
    expect(net.channel).to.not.equal(lost);
    expect(net.muted).to.equal(true);
    expect(target.routes.map(({ channel }) => channel)).to.deep.equal([net.channel.id]);
  });

  it('tells what could not be restored, and restores the rest', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const lobby = await client.channels.join('Lobby');
    const command = await client.channels.join('Command');
    const [gone, kept] = [await lobby.talk(), await command.talk()];
    server.channels.delete(server.channel('Lobby').id);
    const failures = collect(client, 'restoreFailed');
    await restart(at);
    await clock.settle();
    expect(client.state.status).to.equal('connected');
    expect(failures.map(({ failure, error }) => [failure.what, error.code])).to.deep.equal([
      ['membership', 'ERR_CLIENT_NOT_FOUND'],
      ['target', 'ERR_CLIENT_NOT_FOUND'],
    ]);
    expect([lobby.joined, gone.closed]).to.deep.equal([false, true]);
    expect([command.joined, kept.closed]).to.deep.equal([true, false]);
    expect(client.talk.targets).to.deep.equal([kept]);
  });

  it('asks a busy server again, for 30 s', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const command = await client.channels.join('Command');
    const failures = collect(client, 'restoreFailed');
    const busy = new WireError('RATE_LIMITED', 'later', { retryAfterMs: 700 });
    server.refusals.set('channel.join', busy);
    await restart(at);
    await clock.advanceAsync(2_000);
    latest(at).notify('tick', { seq: latest(at).seq });
    expect([command.joined, failures.length]).to.deep.equal([false, 0]);
    server.refusals.clear();
    await clock.advanceAsync(700);
    expect(command.joined).to.equal(true);
    server.refusals.set('channel.join', busy);
    await restart(at);
    for (let second = 0; second < 31; second++) {
      latest(at).notify('tick', { seq: latest(at).seq });
      await clock.advanceAsync(1_000);
    }
    expect(failures.map(({ failure, error }) => [failure.what, error.code])).to.deep.equal([
      ['membership', 'RATE_LIMITED'],
    ]);
  });

  it('leaves what was not restored yet to the next one, when that is lost, too', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const command = await client.channels.join('Command');
    const target = await command.talk();
    server.mute.add('channel.join');
    await restart(at);
    expect(client.channels.joined).to.deep.equal([]);
    await restart(at);
    server.mute.clear();
    await restart(at);
    await clock.advanceAsync(1_000);
    expect(client.channels.joined).to.deep.equal([command]);
    expect(target.registered).to.equal(true);
  });

  it('goes on restoring over a cut', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const command = await client.channels.join('Command');
    server.mute.add('channel.join');
    await restart(at);
    server.mute.clear();
    latest(at).cut();
    await clock.advanceAsync(300);
    expect(command.joined).to.equal(true);
    const joins = server.peers.flatMap(({ done }) => done.filter((m) => m === 'channel.join'));
    expect(joins).to.have.length(2);
  });

  it('rejects the calls made in its name', async () => {
    const at = await scene();
    const { server, client } = at;
    server.mute.add('channel.join');
    const asked = outcome(client.channels.join('Command'));
    await at.clock.settle();
    await restart(at);
    expect(await asked).to.equal('ERR_CLIENT_DISCONNECTED');
  });

  it('does not keep an unregistered target alive', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const command = await client.channels.join('Command');
    const [first, second] = [await command.talk(), await command.talk()];
    server.silent = true;
    server.restart();
    const unregistered = outcome(first.unregister());
    await clock.advanceAsync(100);
    server.silent = false;
    await clock.advanceAsync(15_000);
    expect(await unregistered).to.equal('answered');
    expect(client.talk.targets).to.deep.equal([second]);
    expect(latest(at).targets.size).to.equal(1);
  });

  it('is replaced over another connection where its token was used by somebody else', async () => {
    const at = await scene();
    const { server, client, clock, peer } = at;
    for (const token of peer.tokens.keys()) peer.tokens.set(token, 'spent');
    peer.cut();
    await clock.advanceAsync(300);
    expect(client.state).to.include({ status: 'connected', session: latest(at).session });
    expect(server.peers.slice(1).map(methodsOf)).to.deep.equal([
      ['session.resume'],
      ['session.authenticate'],
    ]);
    latest(at).cut(4012);
    await clock.advanceAsync(300);
    expect(methodsOf(latest(at))).to.deep.equal(['session.authenticate']);
    expect(client.state.status).to.equal('connected');
  });

  it('ends the client when the server does not let it sign in any more', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    server.refusals.set('session.authenticate', new WireError('ACCESS_DENIED', 'banned'));
    await restart(at);
    await clock.advanceAsync(60_000);
    const { state } = client;
    expect(state.status === 'disconnected' && state.reason?.kind).to.equal('signInFailed');
    expect(server.peers).to.have.length(2);
    expect(clock.pending).to.equal(0);
  });

  it('does not outlive close(), when that comes in the wait for another one', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const full = new WireError('SERVER_FULL', 'later', { retryAfterMs: 4_000 });
    server.refusals.set('session.authenticate', full);
    await restart(at);
    expect(client.state).to.include({ status: 'reconnecting', retryInMs: 4_000 });
    await client.close();
    expect(clock.pending).to.equal(0);
    expect(server.peers).to.have.length(2);
  });

  it('waits where the server has no room yet', async () => {
    const at = await scene();
    const { server, client, clock } = at;
    const full = new WireError('SERVER_FULL', 'later', { retryAfterMs: 4_000 });
    server.refusals.set('session.authenticate', full);
    await restart(at);
    server.refusals.clear();
    await clock.advanceAsync(3_999);
    expect(client.state.status).to.equal('reconnecting');
    await clock.advanceAsync(1);
    expect(client.state.status).to.equal('connected');
  });
});
