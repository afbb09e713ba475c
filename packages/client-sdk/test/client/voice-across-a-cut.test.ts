import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { type TransmissionView } from '@sidetone/protocol';
import { samplesSource } from '../../src/audio/pcm-source.js';
import type { Client } from '../../src/client/client.js';
import { TransmissionBook } from '../../src/state/transmission-book.js';
import { collect, recordState } from '../support/collect-events.js';
import { connectedClient } from '../support/connected-client.js';
import type { FakePeer } from '../support/fake-peer.js';
import { scene } from '../support/scene.js';

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
