import type { EncoderSettings } from '@sidetone/protocol';
import { expect } from 'chai';
import { errorCodes } from '../src/error-codes.js';
import { opus } from '../src/index.js';
import { loadNativeOpus } from '../src/native-opus.js';
import { createOpusCodec } from '../src/opus.js';
import { resolveOpusOptions, type OpusOptions } from '../src/options.js';
import { expectVoiceError } from './expect-voice-error.js';
import { voice } from './settings.js';

describe('opus()', () => {
  it('is the codec named "opus"', () => {
    expect(opus().name).to.equal('opus');
  });

  it('names all bad options in one error', () => {
    const options = {
      complexity: 11,
      variableBitrate: 'no',
      fec: true,
      encoder: 'gpu',
    } as unknown as OpusOptions;
    const message = expectVoiceError('ERR_CODEC_OPTIONS', () => opus(options));
    expect(message).to.include('complexity "11"');
    expect(message).to.include('variableBitrate "no"');
    expect(message).to.include('"fec" is not an option');
    expect(message).to.include('encoder "gpu"');
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
    const settings = {
      channels: 3,
      frameDurationMs: 30,
      bitrateBps: 5_999,
      application: 'music',
      expectedLossPercent: 31,
      signal: 'noise',
      fec: 1,
      complexity: 11,
    };
    const message = expectVoiceError('ERR_CODEC_SETTINGS', () =>
      opus().createEncoder(settings as unknown as EncoderSettings),
    );
    for (const part of [
      'channels "3"',
      'frameDurationMs "30"',
      'bitrateBps "5999"',
      '"music"',
      '"31"',
      '"noise"',
      'fec "1"',
      'complexity "11"',
    ]) {
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
    const result = loadNativeOpus(() => {
      throw cause;
    });
    expect(result.ok).to.equal(false);
    const failure = result.ok ? null : result.failure;
    expect(failure).to.include({ code: 'ERR_CODEC_NATIVE', cause });
    expect(String(failure)).to.include('npm rebuild @discordjs/opus');
  });

  it('encodes with the native library where it loads, and with wasm where that is asked for', () => {
    expect(opus()).to.include({ encoder: 'native', nativeFailure: null });
    expect(opus({ encoder: 'native' })).to.include({ encoder: 'native', nativeFailure: null });
    expect(opus({ encoder: 'wasm' })).to.include({ encoder: 'wasm', nativeFailure: null });
  });

  it('falls back to wasm without the native library, and says why', () => {
    const load = (): never => {
      throw new Error('no such binary');
    };
    const codec = createOpusCodec(resolveOpusOptions(), load);
    expect(codec.encoder).to.equal('wasm');
    expect(codec.nativeFailure?.code).to.equal('ERR_CODEC_NATIVE');
    const encoder = codec.createEncoder(voice);
    const decoder = codec.createDecoder({ channels: 1 });
    expect(decoder.decode(encoder.encode(new Float32Array(960))).length).to.equal(960);
    for (const each of [encoder, decoder]) each.close();
    const native = resolveOpusOptions({ encoder: 'native' });
    expectVoiceError('ERR_CODEC_NATIVE', () => createOpusCodec(native, load));
  });

  it('has a sentence for each of its error codes', () => {
    for (const [code, sentence] of Object.entries(errorCodes)) {
      expect(code).to.match(/^ERR_CODEC_[A-Z_]+$/);
      expect(sentence).to.match(/^[A-Z].+\.$/);
    }
  });
});
