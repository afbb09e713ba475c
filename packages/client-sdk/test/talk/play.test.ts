import { expect } from 'chai';
import type { VoiceError } from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { pcmSource, samplesSource } from '../../src/audio/pcm-source.js';
import type { AudioSource, OpusSource } from '../../src/audio/audio-source.js';
import type { Client } from '../../src/client/client.js';
import type { TalkTarget } from '../../src/talk/talk-target.js';
import { connectedClient } from '../support/connected-client.js';
import { FakeServer } from '../support/fake-server.js';
import { flatFrame } from '../support/passthrough-codec.js';

interface Talking {
  readonly server: FakeServer;
  readonly clock: FakeClock;
  readonly client: Client;
  readonly target: TalkTarget;
}

async function talking(): Promise<Talking> {
  const server = new FakeServer();
  const clock = createFakeClock();
  const { client } = await connectedClient(server, 'Ann', { clock });
  const membership = await client.channels.join('Command');
  return { server, clock, client, target: await membership.talk() };
}

const flagsOf = (server: FakeServer): string =>
  server.frames
    .map(({ sender: { start, end } }) => `${start ? 'S' : ''}${end ? 'E' : ''}.`)
    .join('');

const frames = (count: number): Float32Array => new Float32Array(count * 960).fill(0.25);

/** A source that gives what the test pushes, when it pushes it. */
function pushSource(): { readonly source: AudioSource; push(samples: Float32Array | null): void } {
  const queue: (Float32Array | null)[] = [];
  let wake: (() => void) | null = null;
  async function* samples(): AsyncGenerator<Float32Array> {
    for (;;) {
      while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const next = queue.shift();
      if (!next) return;
      yield next;
    }
  }
  return {
    source: pcmSource(samples()),
    push(chunk) {
      queue.push(chunk);
      wake?.();
    },
  };
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: VoiceError) => error.code ?? error.message,
  );

describe('Playing to a target', () => {
  it('is one talkspurt at the pace of speech, with the end on the last frame', async () => {
    const { server, clock, target } = await talking();
    let done = false;
    const played = target.play(samplesSource(frames(2.5))).then(() => (done = true));
    await clock.advanceAsync(0);
    expect(flagsOf(server)).to.equal('S.');
    await clock.advanceAsync(20);
    expect(flagsOf(server)).to.equal('S..');
    expect(done).to.equal(false);
    await clock.advanceAsync(20);
    expect(done).to.equal(true);
    expect(flagsOf(server)).to.equal('S..E.');
    await played;
    expect(target.started).to.equal(false);
    await clock.advanceAsync(40);
    expect(flagsOf(server)).to.equal('S..E.E.E.');
  });

  it('sends a single frame as start and end in one', async () => {
    const { server, clock, target } = await talking();
    const played = target.play(samplesSource(frames(0.1)));
    await clock.advanceAsync(1_000);
    await played;
    expect(flagsOf(server)).to.equal('SE.E.E.');
  });

  it('sends nothing for a source without sound', async () => {
    const { server, clock, target } = await talking();
    await target.play(samplesSource(new Float32Array(0)));
    await clock.advanceAsync(1_000);
    expect(server.frames).to.deep.equal([]);
  });

  it('sends a live source as it comes and ends it with an empty frame', async () => {
    const { server, clock, target } = await talking();
    const { source, push } = pushSource();
    const played = target.play(source);
    push(frames(1));
    await clock.settle();
    expect(flagsOf(server)).to.equal('S.');
    push(frames(2));
    await clock.settle();
    expect(flagsOf(server)).to.equal('S...');
    push(null);
    await played;
    await clock.advanceAsync(100);
    expect(flagsOf(server)).to.equal('S...E.E.E.');
  });

  it('ends early and resolves on stop, even while a live source is silent', async () => {
    const { server, clock, target } = await talking();
    const { source, push } = pushSource();
    const played = target.play(source);
    push(frames(1));
    await clock.settle();
    target.stop();
    await played;
    await clock.advanceAsync(100);
    expect(flagsOf(server)).to.equal('S.E.E.E.');
    expect(target.started).to.equal(false);
  });

  it('ends early and resolves when the signal says so', async () => {
    const { server, clock, target } = await talking();
    const stopping = new AbortController();
    const played = target.play(samplesSource(frames(50)), { signal: stopping.signal });
    await clock.advanceAsync(40);
    stopping.abort();
    await clock.advanceAsync(20);
    await played;
    await clock.advanceAsync(100);
    expect(flagsOf(server)).to.equal('S...E.E.E.');
    await target.play(samplesSource(frames(50)), { signal: AbortSignal.abort() });
  });

  it('rejects with what the source throws, and ends the talkspurt', async () => {
    const { server, clock, target } = await talking();
    async function* broken(): AsyncGenerator<Float32Array> {
      yield frames(1);
      throw new Error('the microphone is gone');
    }
    const played = codeOf(target.play(pcmSource(broken())));
    await clock.advanceAsync(100);
    expect(await played).to.equal('the microphone is gone');
    expect(flagsOf(server)).to.equal('S.E.E.E.');
  });

  it('sends encoded packets as they are, with their level withheld', async () => {
    const { server, clock, target } = await talking();
    const source: OpusSource = {
      kind: 'opus',
      live: false,
      async *packets() {
        yield { packet: Uint8Array.of(1, 2, 3), durationMs: 40 };
        yield { packet: Uint8Array.of(4, 5, 6), durationMs: 40 };
      },
    };
    const played = target.play(source);
    await clock.advanceAsync(200);
    await played;
    const sound = server.frames.slice(0, 2).map(({ sender }) => sender);
    expect(sound.map(({ level }) => level)).to.deep.equal([0xff, 0xff]);
    expect(sound.map(({ durationMs }) => durationMs)).to.deep.equal([40, 40]);
    expect((sound[1]?.time ?? 0) - (sound[0]?.time ?? 0)).to.be.oneOf([1_920, 1_920 - 2 ** 32]);
  });

  it('refuses a second voice on the same source at the same time', async () => {
    const { clock, target } = await talking();
    const first = target.play(samplesSource(frames(3)));
    expect(await codeOf(target.play(samplesSource(frames(3))))).to.equal('ERR_CLIENT_STATE');
    await clock.advanceAsync(200);
    await first;
  });

  it('rejects when the client disconnects for good under it', async () => {
    const { server, clock, target } = await talking();
    const played = codeOf(target.play(samplesSource(frames(50))));
    await clock.advanceAsync(40);
    server.peers[0]?.cut(4003);
    await clock.advanceAsync(40);
    expect(await played).to.equal('ERR_CLIENT_TARGET_CLOSED');
    expect(target.closed).to.equal(true);
    expect(() => target.start())
      .to.throw()
      .with.property('code', 'ERR_CLIENT_TARGET_CLOSED');
    expect(clock.pending).to.equal(0);
  });
});

describe('Holding a target', () => {
  it('sends what the microphone is fed, in frames, while the key is down', async () => {
    const { server, clock, client, target } = await talking();
    const microphone = client.talk.source();
    microphone.write(flatFrame(10));
    target.start();
    for (let i = 0; i < 6; i++) {
      microphone.write(flatFrame(10).subarray(0, 480));
      await clock.advanceAsync(10);
    }
    target.stop();
    microphone.write(flatFrame(10));
    await clock.advanceAsync(100);
    microphone.write(flatFrame(10));
    await clock.advanceAsync(100);
    expect(flagsOf(server)).to.equal('S...E.E.E.');
  });

  it('falls silent at once when muted, long before the server answers, and stays so until it agrees', async () => {
    const { server, clock, client, target } = await talking();
    const microphone = client.talk.source();
    target.start();
    microphone.write(flatFrame(10));
    server.mute.add('session.setState');
    const muting = codeOf(client.setMuted(true));
    microphone.write(flatFrame(10));
    await clock.advanceAsync(100);
    expect(flagsOf(server)).to.equal('S.E.E.E.');
    for (let i = 0; i < 10; i++) {
      server.peers[0]?.notify('tick', { seq: server.peers[0].seq });
      await clock.advanceAsync(1_000);
    }
    expect(await muting).to.equal('REQUEST_TIMEOUT');
    microphone.write(flatFrame(10));
    await clock.settle();
    expect(flagsOf(server), 'a failed call does not open the microphone').to.equal('S.E.E.E.');
    server.mute.clear();
    await client.setMuted(false);
    microphone.write(flatFrame(10));
    await clock.settle();
    expect(flagsOf(server)).to.equal('S.E.E.E.S.');
  });

  it('falls silent on one net when muted there', async () => {
    const { server, clock, client } = await talking();
    const lobby = await client.channels.join('Lobby');
    const both = await client.talk.target({
      channels: ['Lobby', 'Command'].map((name) => client.channels.find(name)?.id ?? ''),
    });
    both.start();
    client.talk.source().write(flatFrame(10));
    await clock.settle();
    await lobby.setMuted(true);
    client.talk.source().write(flatFrame(10));
    await clock.advanceAsync(100);
    const bySound = (name: string): number =>
      server.frames.filter(
        ({ routeId, bytes }) => routeId === server.routeOf(name).view.id && bytes > 500,
      ).length;
    expect(bySound('Lobby')).to.equal(1);
    expect(bySound('Command')).to.equal(2);
  });

  it('feeds a live source to whatever is started, and refuses a second one', async () => {
    const { server, clock, client, target } = await talking();
    const { source, push } = pushSource();
    const fed = client.talk.feed(source);
    expect(await codeOf(client.talk.feed(source))).to.equal('ERR_CLIENT_STATE');
    push(frames(1));
    await clock.settle();
    target.start();
    push(frames(1));
    await clock.settle();
    push(null);
    await fed;
    expect(flagsOf(server)).to.equal('S.');
  });
});

describe('Unregistering', () => {
  it('ends the talk, then takes the target back, once', async () => {
    const { server, clock, client, target } = await talking();
    const pending = clock.pending;
    target.start();
    client.talk.source().write(flatFrame(10));
    await target.unregister();
    await target.unregister();
    await clock.advanceAsync(100);
    expect(flagsOf(server)).to.equal('S.E.');
    const calls = server.peers[0]?.received.filter(({ method }) => method === 'talk.unregister');
    expect(calls?.map(({ params }) => params['target'])).to.deep.equal([target.id]);
    expect(client.talk.targets).to.deep.equal([]);
    expect(clock.pending).to.equal(pending);
  });
});
