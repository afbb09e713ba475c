import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { speech, writeWav, type SpeechName } from '@sidetone/testkit';

const SAMPLE_RATE = 48_000;
const PAUSE_SAMPLES = SAMPLE_RATE / 2;

/** What a fake microphone hears, again and again. */
export interface MicrophoneFile {
  readonly path: string;
  /** One round of it: 48 kHz, one channel. */
  readonly samples: Float32Array;
}

/** WAV files for fake microphones, in a folder of their own. */
export class MicrophoneFiles {
  readonly #folder: Promise<string> = mkdtemp(path.join(os.tmpdir(), 'sidetone-microphone-'));

  /** An utterance and half a second of silence. */
  async speech(name: SpeechName): Promise<MicrophoneFile> {
    const said = speech(name);
    const samples = new Float32Array(said.length + PAUSE_SAMPLES);
    samples.set(said);
    return this.#write(name, samples);
  }

  /** Noise without a pause, so that every gap is one of the way. */
  async noise(): Promise<MicrophoneFile> {
    const samples = new Float32Array(5 * SAMPLE_RATE);
    let state = 1;
    for (let i = 0; i < samples.length; i += 1) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      samples[i] = (state / 0xffff_ffff - 0.5) * 0.4;
    }
    return this.#write('noise', samples);
  }

  async remove(): Promise<void> {
    await rm(await this.#folder, { recursive: true, force: true });
  }

  async #write(name: string, samples: Float32Array): Promise<MicrophoneFile> {
    const file = path.join(await this.#folder, `${name}.wav`);
    await writeFile(file, writeWav({ sampleRate: SAMPLE_RATE, channels: 1, samples }));
    return { path: file, samples };
  }
}
