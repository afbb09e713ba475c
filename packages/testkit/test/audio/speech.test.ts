import { readFileSync, statSync } from 'node:fs';
import { expect } from 'chai';
import { readWav } from '../../src/audio/read-wav.js';
import { speech, speechNames, speechPath, type SpeechName } from '../../src/audio/speech.js';
import { expectVoiceError } from './expect-voice-error.js';

describe('The speech assets', () => {
  for (const name of speechNames) {
    it(`"${name}" is three to six seconds at 48 kHz, one channel, loud but not clipped`, () => {
      const wav = readWav(readFileSync(speechPath(name)));
      expect(wav).to.include({ sampleRate: 48_000, channels: 1 });
      expect(wav.samples.length / wav.sampleRate).to.be.within(3, 6);
      const peak = wav.samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);
      expect(peak).to.be.within(0.5, 0.99);
      expect(speech(name)).to.deep.equal(wav.samples);
    });
  }

  it('are under 3 MB together', () => {
    const bytes = speechNames.reduce((sum, name) => sum + statSync(speechPath(name)).size, 0);
    expect(bytes).to.be.below(3_000_000);
  });

  it('are refused under any other name, a path too', () => {
    for (const name of ['foxtrot', '../speech/alpha', '']) {
      expectVoiceError('ERR_AUDIO_SPEECH', () => speech(name as SpeechName));
    }
  });
});
