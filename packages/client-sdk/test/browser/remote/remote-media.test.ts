import { createFakeClock } from '@sidetone/testkit';
import { VoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import type { AudioSource } from '../../../src/audio/audio-source.js';
import { samplesSource } from '../../../src/audio/pcm-source.js';
import { FakeServer } from '../../support/fake-server.js';
import { latest, outcome, type Scene } from '../../support/scene.js';
import { connectedClient } from '../../support/connected-client.js';
import { linkedPorts } from '../linked-ports.js';

const behindMessages = (server: FakeServer): FakeServer => {
  server.mediaEnds = () => linkedPorts();
  return server;
};

async function remoteScene(): Promise<Scene> {
  const server = behindMessages(new FakeServer());
  const clock = createFakeClock();
  return { server, clock, ...(await connectedClient(server, 'Ann', { clock })) };
}

/** A live source that gives what it is told to. */
class Microphone implements AudioSource {
  readonly kind = 'pcm';
  readonly channels = 1;
  readonly live = true;
  letGo = 0;
  #give: (samples: Float32Array) => void = () => undefined;
  #fail: (cause: unknown) => void = () => undefined;

  async *samples(): AsyncGenerator<Float32Array> {
    try {
      for (;;) {
        yield await new Promise<Float32Array>((resolve, reject) => {
          [this.#give, this.#fail] = [resolve, reject];
        });
      }
    } finally {
      this.letGo += 1;
    }
  }

  say(samples: Float32Array): void {
    this.#give(samples);
  }

  fail(cause: unknown): void {
    this.#fail(cause);
  }
}

const outcomeOf = (done: Promise<unknown>): Promise<string> => done.then(() => 'done', String);

describe('A media plane behind messages', () => {
  it('plays a source of the app to its end, frame by frame at the pace of speech', async () => {
    const { client, clock, server } = await remoteScene();
    const target = await (await client.channels.join('Lobby')).talk();
    const played = target.play(samplesSource(new Float32Array(5 * 960).fill(0.25)));
    expect(target.started).to.equal(true);
    for (let i = 0; i < 10; i++) await clock.advanceAsync(20);
    await played;
    expect(target.started).to.equal(false);
    const sounding = server.frames.filter(({ bytes }) => bytes > 100);
    expect(sounding).to.have.lengthOf(5);
    expect(sounding.at(-1)?.sender.end).to.equal(true);
    await client.close();
  });

  it('rejects with what the source throws, itself', async () => {
    const { client, clock } = await remoteScene();
    const target = await (await client.channels.join('Lobby')).talk();
    const microphone = new Microphone();
    const failure = new Error('the microphone is gone');
    const played = target.play(microphone).catch((cause: unknown) => cause);
    await clock.settle();
    microphone.fail(failure);
    await clock.advanceAsync(100);
    expect(await played).to.equal(failure);
    await client.close();
  });

  it('lets a source go when the talk is stopped, and says by its code that one is in use', async () => {
    const { client, clock, server } = await remoteScene();
    const target = await (await client.channels.join('Lobby')).talk();
    const microphone = new Microphone();
    const played = target.play(microphone);
    await clock.settle();
    expect(await outcome(client.talk.feed(new Microphone()))).to.equal('ERR_CLIENT_STATE');
    microphone.say(new Float32Array(960).fill(0.25));
    await clock.settle();
    target.stop();
    await clock.advanceAsync(100);
    await played;
    microphone.say(new Float32Array(960));
    await clock.settle();
    expect(microphone.letGo).to.equal(1);
    expect(server.frames.filter(({ bytes }) => bytes > 100)).to.have.lengthOf(1);
    await client.close();
  });

  it('shows the level of a source, the state of its keys and how voice goes', async () => {
    const { client, clock } = await remoteScene();
    const lobby = await (await client.channels.join('Lobby')).talk();
    const keys = client.talk.keyboard();
    keys.bind(1, lobby, { style: 'tapLatch' });
    keys.press(1);
    expect(keys.state.keys).to.deep.include({ key: 1, held: true, latched: false });
    clock.advance(100);
    keys.release(1);
    expect(keys.state.keys, 'a tap').to.deep.include({ key: 1, held: false, latched: true });
    client.talk.source().write(new Float32Array(960).fill(0.1));
    expect(keys.state.onAir.map(({ target }) => target)).to.deep.equal([lobby]);
    expect(lobby.started).to.equal(true);
    await clock.advanceAsync(50);
    expect(client.talk.source().level.rmsDbfs).to.be.closeTo(-20, 0.1);
    await clock.advanceAsync(1_000);
    expect(client.voice?.up).to.equal('websocket');
    expect(client.voice?.dropped).to.include({ uplinkTooSlow: 0 });
    await client.close();
  });

  it('opens what others say, and hands it to the sinks of the app', async () => {
    const it = await remoteScene();
    const other = await connectedClient(it.server, 'Ben', { clock: it.clock });
    await it.client.channels.join('Command');
    const talk = await (await other.client.channels.join('Command')).talk();
    const heard: number[] = [];
    it.client.onFrame(({ packet }) => void heard.push(packet.length));
    await talk.play(samplesSource(new Float32Array(960).fill(0.25))).catch(() => undefined);
    await it.clock.advanceAsync(100);
    expect(heard[0]).to.equal(961);
    await Promise.all([it.client.close(), other.client.close()]);
  });

  it('goes on with another connection of the session, and with another session', async () => {
    const it = await remoteScene();
    const target = await (await it.client.channels.join('Lobby')).talk();
    target.start();
    const say = async (): Promise<number> => {
      const before = it.server.frames.length;
      it.client.talk.source().write(new Float32Array(960).fill(0.25));
      await it.clock.settle();
      return it.server.frames.length - before;
    };
    expect(await say()).to.equal(1);
    latest(it).cut();
    await it.clock.advanceAsync(100);
    expect([it.client.state.status, await say()]).to.deep.equal(['connected', 1]);
    it.server.restart();
    await it.clock.advanceAsync(1_000);
    expect([it.client.state.status, await say()]).to.deep.equal(['connected', 1]);
    await it.client.close();
  });

  it('lets a target that has ended be let go of once more, and says nothing of it', async () => {
    const { client, clock } = await remoteScene();
    const failures: string[] = [];
    client.on('listenerFailed', ({ event, cause }) => failures.push(`${event}: ${String(cause)}`));
    const target = await (await client.channels.join('Lobby')).talk();
    target.start();
    await Promise.all([target.unregister(), clock.advanceAsync(100)]);
    target.stop();
    await clock.advanceAsync(100);
    expect(failures).to.deep.equal([]);
    await client.close();
  });

  it('rejects with why a chunk of the source cannot go to the Worker', async () => {
    const { client, clock } = await remoteScene();
    const target = await (await client.channels.join('Lobby')).talk();
    const packet = { packet: new Uint8Array(80), durationMs: 20, free: () => undefined } as const;
    const packets = async function* () {
      yield packet;
    };
    const played = outcomeOf(target.play({ kind: 'opus', live: false, packets }));
    await clock.advanceAsync(100);
    expect(await played).to.match(/DataCloneError/);
    await client.close();
  });

  it('leaves no talk waiting that is begun after the client has been closed', async () => {
    const { client } = await remoteScene();
    await client.close();
    await client.talk.feed(new Microphone());
  });

  it('says that the Worker is gone, and not the server, and closes all the same', async () => {
    const server = new FakeServer();
    const ends = linkedPorts();
    server.mediaEnds = () => ends;
    const clock = createFakeClock();
    const { client } = await connectedClient(server, 'Ann', { clock });
    const reasons: string[] = [];
    client.on('stateChanged', ({ state }) => {
      if (state.status !== 'reconnecting') return;
      reasons.push(state.reason.kind === 'connectionLost' ? state.reason.message : '');
    });
    ends[0].close();
    for (let i = 0; i < 11; i++) await clock.advanceAsync(1_000);
    expect(reasons.at(-1)).to.match(/Worker of this page does not answer.*reload the page/);
    const closed = client.close();
    await clock.advanceAsync(5_000);
    await closed;
    expect(client.state.status).to.equal('closed');
  });

  it('tells of an error by its code and of any other by its words', async () => {
    const { packError, unpackError } = await import('../../../src/browser/remote/packed-error.js');
    const again = (cause: unknown): Error => unpackError(structuredClone(packError(cause)));
    expect(again(new VoiceError('ERR_CODEC_CLOSED', 'it is closed'))).to.include({
      name: 'VoiceError',
      code: 'ERR_CODEC_CLOSED',
      message: 'it is closed',
    });
    expect(again(new TypeError('no')).message).to.equal('no');
    expect(again('no words').message).to.equal('no words');
  });
});
