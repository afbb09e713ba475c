import { opusWasm } from '@sidetone/opus-wasm';
import { expect } from 'chai';
import type { OpusFrame } from '../../../src/audio/opus-frame.js';
import type { ReceivedOpusFrame } from '../../../src/browser/ports.js';
import { CHUNK_SAMPLES, MicrophoneEngine } from '../../../src/browser/worklet/microphone-engine.js';
import { PlaybackEngine } from '../../../src/browser/worklet/playback-engine.js';
import { allocatedBytes } from '../../support/allocated-bytes.js';
import { opusFrame } from '../../support/opus-frames.js';
import { encodedHum } from '../../support/playback-load.js';
import { decoderModule } from './decoder-module.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const QUANTUM = 128;
const TALKERS = 10;
/** Eight seconds; until then V8 has compiled the way of a quantum. */
const QUANTA = 3_000;
/** Some numbers are boxed on their way; one array for each talker would be more than a thousand. */
const MOST_BYTES_PER_QUANTUM = 400;
/** Used again when they have been played. */
const FRAMES_IN_USE = 64;

/** Ten people who talk all at once, in an audio worklet, without anything made for their frames. */
class Crowd {
  readonly #engine: PlaybackEngine;
  readonly #packets = encodedHum(opusWasm());
  readonly #ears = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)];
  readonly #messages: readonly (readonly Mutable<ReceivedOpusFrame>[])[];
  #frame = 0;
  #sent = 0;
  /** In an array: numbers of objects are made anew. */
  readonly #now = Float64Array.of(1_790_000_000_000);

  constructor() {
    this.#engine = new PlaybackEngine({
      sampleRateHz: 48_000,
      options: { latency: 'normal' },
      wallNow: () => this.#now[0] ?? 0,
      post: (news) => {
        throw new Error(`nothing should be told, but there was "${news.type}"`);
      },
    });
    this.#engine.hear({ type: 'decoder', module: decoderModule() });
    this.#messages = Array.from({ length: TALKERS }, (_, talker) =>
      Array.from({ length: FRAMES_IN_USE }, () => ({
        type: 'frame' as const,
        frame: opusFrame(0, {
          source: { id: `s${talker}`, handle: talker, session: `${talker}`, kind: 'microphone' },
        }),
        arrivedAtMs: 0,
      })),
    );
  }

  run(quanta: number): void {
    for (let i = 0; i < quanta; i++) {
      this.#engine.render(this.#ears, this.#frame);
      this.#frame += QUANTUM;
      this.#now[0] = 1_790_000_000_000 + Math.floor(this.#frame / 48);
      while (this.#sent * 960 < this.#frame) this.#send();
    }
  }

  close(): void {
    this.#engine.close();
  }

  #send(): void {
    for (let talker = 0; talker < TALKERS; talker++) {
      const message = this.#messages[talker]?.[this.#sent % FRAMES_IN_USE];
      if (!message) continue;
      const frame = message.frame as Mutable<OpusFrame>;
      frame.seq = this.#sent;
      frame.time = this.#sent * 960;
      frame.packet = this.#packets[this.#sent % this.#packets.length] ?? frame.packet;
      message.arrivedAtMs = this.#now[0] ?? 0;
      this.#engine.hear(message);
    }
    this.#sent += 1;
  }
}

describe('The memory of the audio thread', function () {
  this.timeout(60_000);

  it('is asked for nothing by a quantum of ten talkers', async () => {
    const crowd = new Crowd();
    crowd.run(QUANTA);
    const bytes = await allocatedBytes(() => crowd.run(QUANTA));
    expect(bytes / QUANTA).to.be.below(MOST_BYTES_PER_QUANTUM);
    crowd.close();
  });

  it('is asked for one message with each 10 ms that are captured, and nothing else', async () => {
    const engine: MicrophoneEngine = new MicrophoneEngine({
      sampleRateHz: 48_000,
      post: ({ samples }) => engine.giveBack(samples),
    });
    const quantum = [new Float32Array(QUANTUM).fill(0.5)];
    const run = (): void => {
      for (let i = 0; i < QUANTA; i++) engine.capture(quantum, QUANTUM);
    };
    run();
    const bytes = await allocatedBytes(run);
    expect(
      bytes / ((QUANTA * QUANTUM) / CHUNK_SAMPLES),
      'memory for samples would be 2,000',
    ).to.be.below(1_200);
  });
});
