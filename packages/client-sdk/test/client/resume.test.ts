import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { WireError, type TransmissionView, type VoiceError } from '@sidetone/protocol';
import { samplesSource } from '../../src/audio/pcm-source.js';
import type { Client } from '../../src/client/client.js';
import { TransmissionBook } from '../../src/state/transmission-book.js';
import { collect, recordState } from '../support/collect-events.js';
import { connectedClient, type ConnectOptions } from '../support/connected-client.js';
import type { FakePeer } from '../support/fake-peer.js';
import { FakeServer } from '../support/fake-server.js';

interface Scene {
  readonly server: FakeServer;
  readonly clock: FakeClock;
  readonly client: Client;
  readonly peer: FakePeer;
}

async function scene(options: ConnectOptions = {}): Promise<Scene> {
  const server = new FakeServer();
  const clock = createFakeClock();
  return { server, clock, ...(await connectedClient(server, 'Ann', { clock, ...options })) };
}

const latest = ({ server }: Scene): FakePeer => server.peers.at(-1) as FakePeer;

const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: VoiceError) => error.code,
  );

const methodsOf = (peer: FakePeer): string[] => peer.received.map(({ method }) => method);

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

describe('Voice in the messages of a connection', () => {
  it('has no way while there is none, and has it again on the next', async () => {
    const { server, clock, client, peer } = await scene();
    const target = await (await client.channels.join('Command')).talk();
    const paths = collect(client, 'voicePathChanged');
    const speak = async (): Promise<void> => {
      const played = target.play(samplesSource(new Float32Array(960).fill(0.5)));
      await clock.advanceAsync(60);
      await played;
    };
    server.silent = true;
    peer.cut();
    await clock.settle();
    expect(client.voice?.up).to.equal(null);
    await speak();
    expect(server.frames).to.deep.equal([]);
    server.silent = false;
    await clock.advanceAsync(6_000);
    expect(client.voice?.up).to.equal('websocket');
    expect(paths.map(({ path }) => path)).to.deep.equal([null, 'websocket']);
    await speak();
    const [frame] = server.frames;
    expect([frame?.peer, frame?.talkHandle]).to.deep.equal([
      server.peers.at(-1),
      target.lanes[0]?.handle,
    ]);
  });
});

describe('Transmissions across a cut', () => {
  it('are told as started and as lost, behind the events of the gap', async () => {
    const { server, clock, client, peer } = await scene();
    const ben = await connectedClient(server, 'Ben');
    const view = (n: number): TransmissionView => ({
      id: `00000000-0000-4000-8000-00000000000${n}`,
      source: { ...ben.peer.sourceOf('microphone') },
      routes: [],
      priority: 1,
      firstSeq: 0,
    });
    for (const n of [1, 2]) peer.notify('transmissionStarted', view(n));
    await clock.settle();
    const lines = recordState(client);
    client.on('transmissionStarted', ({ transmission: { id, talker } }) =>
      lines.push(`${id.at(-1)} started by ${talker?.name}`),
    );
    client.on('transmissionEnded', ({ transmission: { id }, reason }) =>
      lines.push(`${id.at(-1)} ended: ${reason}`),
    );
    const cid = await connectedClient(server, 'Cid');
    await clock.settle();
    lines.length = 0;
    for (const resync of [false, true]) {
      server.peers.find(({ session, signedIn }) => signedIn && session === peer.session)?.cut();
      cid.peer.state('channelUpdated', { channel: server.channel('Lobby') });
      await cid.client.setMuted(!resync);
      server.resync = resync;
      server.transmissions = resync
        ? []
        : [view(2), { ...view(3), source: cid.peer.sourceOf('m') }];
      await clock.advanceAsync(300);
    }
    expect(lines).to.deep.equal([
      'Cid updated',
      '1 ended: lost',
      '3 started by Cid',
      'Cid updated',
      '2 ended: lost',
      '3 ended: lost',
    ]);
  });

  it('count what is told between the answer and the end of the snapshot', () => {
    const told: string[] = [];
    const tell =
      (word: string) =>
      ({ id }: TransmissionView): void =>
        void told.push(`${id} ${word}`);
    const book = new TransmissionBook(createFakeClock(), {
      started: tell('started'),
      updated: tell('updated'),
      ended: tell('ended'),
    });
    const view = (id: string): TransmissionView => {
      return {
        id,
        source: { id, handle: 1, session: id, kind: 'm' },
        routes: [],
        priority: 1,
        firstSeq: 0,
      };
    };
    book.load([view('a')]);
    book.expect([view('a'), view('b'), view('c')]);
    book.news(view('d'));
    book.end('b', 'released');
    book.end('a', 'released');
    book.reconcile();
    book.reconcile();
    expect(told).to.deep.equal(['d started', 'a ended', 'c started']);
    expect(book.all().map(({ id }) => id)).to.deep.equal(['d', 'c']);
    book.clear();
  });
});

describe('Keys across a cut', () => {
  const speak = async (talker: Client, clock: FakeClock): Promise<void> => {
    const target = await talker.channels.find('Command')?.membership?.talk();
    const played = target?.play(samplesSource(new Float32Array(960).fill(0.5)));
    await clock.advanceAsync(100);
    await played;
    await target?.unregister();
  };

  it('are those of the answer: what turned meanwhile opens what is said now', async () => {
    const { server, clock, client, peer } = await scene();
    const ben = await connectedClient(server, 'Ben', { clock });
    const heard: number[] = [];
    client.onFrame(({ packet }) => heard.push(packet.length));
    for (const each of [client, ben.client]) await each.channels.join('Command');
    await speak(ben.client, clock);
    expect(heard).to.have.length(1);
    peer.cut();
    server.rotate(server.routeOf('Command'));
    await clock.advanceAsync(0);
    await speak(ben.client, clock);
    expect(heard).to.have.length(2);
    expect(server.peers.at(-1)?.received.map(({ method }) => method)).to.not.include('keys.fetch');
  });

  it('of routes that ended meanwhile are gone', async () => {
    const { server, clock, client, peer } = await scene();
    const ben = await connectedClient(server, 'Ben', { clock });
    let heard = 0;
    client.onFrame(() => (heard += 1));
    const whisper = await ben.client.whisper([peer.userId]);
    const say = async (): Promise<void> => {
      const played = whisper.play(samplesSource(new Float32Array(960).fill(0.5)));
      await clock.advanceAsync(100);
      await played;
    };
    await say();
    expect(heard).to.equal(1);
    const route = [...server.routes.values()].find(({ view }) => view.kind === 'whisper');
    route?.listeners.clear();
    peer.cut();
    await clock.advanceAsync(0);
    route?.listeners.add(server.peers.at(-1) as FakePeer);
    await say();
    expect(heard).to.equal(1);
  });

  it('are there, too, where the client left the net and came back in the gap', async () => {
    const { server, clock, client, peer } = await scene();
    const ben = await connectedClient(server, 'Ben', { clock });
    let heard = 0;
    client.onFrame(() => (heard += 1));
    for (const each of [client, ben.client]) await each.channels.join('Command');
    const [about, membership] = [
      { channel: server.channel('Command').id, session: peer.session },
      peer.memberships.get(server.channel('Command').id),
    ];
    peer.cut();
    peer.state('membershipChanged', { ...about, membership: null, reason: 'moved' });
    peer.state('membershipChanged', { ...about, membership });
    await clock.advanceAsync(0);
    await speak(ben.client, clock);
    expect(heard).to.equal(1);
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
