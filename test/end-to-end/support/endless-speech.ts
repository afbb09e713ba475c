import type { AudioSource } from '@sidetone/client-sdk';
import { speech, type SpeechName } from '@sidetone/testkit';

const FRAME_SAMPLES = 960;

/** Speech in frames of 20 ms, from its beginning again at its end, until somebody says stop. */
export class EndlessSpeech {
  readonly #samples: Float32Array;
  #position = 0;
  #stopped = false;
  /** How many frames it has given. */
  frames = 0;

  constructor(name: SpeechName) {
    this.#samples = speech(name);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** One talkspurt of so many frames, fewer when it is stopped. */
  talkspurt(frames: number): AudioSource {
    return { kind: 'pcm', channels: 1, live: false, samples: () => this.#chunks(frames) };
  }

  stop(): void {
    this.#stopped = true;
  }

  async *#chunks(frames: number): AsyncGenerator<Float32Array> {
    for (let frame = 0; frame < frames && !this.#stopped; frame += 1) {
      if (this.#position + FRAME_SAMPLES > this.#samples.length) this.#position = 0;
      const start = this.#position;
      this.#position += FRAME_SAMPLES;
      this.frames += 1;
      yield this.#samples.slice(start, start + FRAME_SAMPLES);
    }
  }
}
