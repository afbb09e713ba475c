import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { VoiceError } from '@sidetone/protocol';
import type { AudioErrorCode } from './error-codes.js';
import { readWav } from './read-wav.js';

export type SpeechName = 'alpha' | 'bravo' | 'charlie' | 'delta' | 'echo';

/** Each another voice with another text, 4-6 s; `assets/speech/README.md` has the words. */
export const speechNames: readonly SpeechName[] = ['alpha', 'bravo', 'charlie', 'delta', 'echo'];

/** The samples of one utterance: 48 kHz, one channel. Throws `ERR_AUDIO_SPEECH` for another name. */
export function speech(name: SpeechName): Float32Array {
  return readWav(readFileSync(speechPath(name))).samples;
}

/** The file of one utterance, for programs that are given a WAV file to play. */
export function speechPath(name: SpeechName): string {
  if (!speechNames.includes(name)) {
    throw new VoiceError(
      'ERR_AUDIO_SPEECH' satisfies AudioErrorCode,
      `there is no speech "${name}"; there are ${speechNames.join(', ')}`,
    );
  }
  return fileURLToPath(new URL(`../../assets/speech/${name}.wav`, import.meta.url));
}
