import type { EncoderSettings } from '@sidetone/protocol';
import { expect } from 'chai';
import { errorCodes } from '../src/error-codes.js';
import { opus } from '../src/index.js';
import { loadNativeOpus } from '../src/native-opus.js';
import type { OpusOptions } from '../src/options.js';
import { expectVoiceError } from './expect-voice-error.js';
import { voice } from './settings.js';

describe('opus()', () => {
  it('is the codec named "opus"', () => {
    expect(opus().name).to.equal('opus');
  });

  it('names all bad options in one error', () => {
    const options = { complexity: 11, variableBitrate: 'no', fec: true } as unknown as OpusOptions;
    const message = expectVoiceError('ERR_CODEC_OPTIONS', () => opus(options));
    expect(message).to.include('complexity "11"');
    expect(message).to.include('variableBitrate "no"');
    expect(message).to.include('"fec" is not an option');
  });

  it('refuses every complexity that libopus would refuse', () => {
    for (const complexity of [-1, 0.5, 11, NaN, Infinity]) {
      expectVoiceError('ERR_CODEC_OPTIONS', () => opus({ complexity }));
    }
    for (let complexity = 0; complexity <= 10; complexity++) {
      opus({ complexity }).createEncoder(voice).close();
    }
  });

  it('names all bad settings of an encoder in one error', () => {
    const settings = { channels: 3, frameDurationMs: 30, bitrateBps: 5_999, application: 'music' };
    const message = expectVoiceError('ERR_CODEC_SETTINGS', () =>
      opus().createEncoder(settings as unknown as EncoderSettings),
    );
    for (const part of ['channels "3"', 'frameDurationMs "30"', 'bitrateBps "5999"', '"music"']) {
      expect(message).to.include(part);
    }
  });

  it('refuses bitrates that are out of range or no integer', () => {
    for (const bitrateBps of [0, -1, 510_001, 32_000.5, NaN]) {
      expectVoiceError('ERR_CODEC_SETTINGS', () => opus().createEncoder({ ...voice, bitrateBps }));
    }
  });

  it('refuses decoders that are neither mono nor stereo', () => {
    for (const channels of [0, 3, NaN]) {
      expectVoiceError('ERR_CODEC_SETTINGS', () =>
        opus().createDecoder({ channels: channels as 1 }),
      );
    }
  });

  it('says how to build the native library when it does not load', () => {
    const cause = new Error('no such binary');
    try {
      loadNativeOpus(() => {
        throw cause;
      });
      expect.fail('it loaded');
    } catch (error) {
      expect(error).to.include({ code: 'ERR_CODEC_NATIVE', cause });
      expect(String(error)).to.include('npm rebuild @discordjs/opus');
    }
  });

  it('has a sentence for each of its error codes', () => {
    for (const [code, sentence] of Object.entries(errorCodes)) {
      expect(code).to.match(/^ERR_CODEC_[A-Z_]+$/);
      expect(sentence).to.match(/^[A-Z].+\.$/);
    }
  });
});
