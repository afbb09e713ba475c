import { isVoiceError, type EncoderSettings } from '@sidetone/protocol';
import { expect } from 'chai';
import {
  canEncodeWithFec,
  webCodecs,
  type PlatformEncoder,
  type WebCodecs,
} from '../../../src/browser/worker/web-codecs-encoder.js';

const VOICE: EncoderSettings = {
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 32_000,
  application: 'voice',
};

/** WebCodecs that answers when it is told to; a packet is the first sample, in hundredths. */
class HeldCodecs implements WebCodecs {
  readonly configs: AudioEncoderConfig[] = [];
  readonly given: { readonly timestamp: number; readonly closed: boolean; value: number }[] = [];
  encoders = 0;
  #callbacks: AudioEncoderInit | null = null;
  #state: CodecState = 'configured';
  #queue: number[] = [];

  createData(init: AudioDataInit): AudioData {
    const value = Math.round(100 * ((init.data as Float32Array)[0] ?? 0));
    const data = { timestamp: init.timestamp, value, closed: false, close: () => undefined };
    this.given.push(data);
    return Object.assign(data, {
      close: () => void Object.assign(data, { closed: true }),
    }) as unknown as AudioData;
  }

  createEncoder(callbacks: AudioEncoderInit): PlatformEncoder {
    this.encoders += 1;
    this.#callbacks = callbacks;
    this.#state = 'configured';
    const state = (): CodecState => this.#state;
    return {
      get state() {
        return state();
      },
      configure: (config) => void this.configs.push(config),
      encode: (data) => void this.#queue.push((data as unknown as { value: number }).value),
      flush: async () => this.answer(Infinity),
      close: () => {
        this.#state = 'closed';
        this.#queue = [];
      },
    };
  }

  answer(count: number): void {
    for (const value of this.#queue.splice(0, count)) {
      const chunk = {
        byteLength: 1,
        copyTo: (to: Uint8Array) => void (to[0] = value),
      } as unknown as EncodedAudioChunk;
      this.#callbacks?.output(chunk, {});
    }
  }

  fail(): void {
    this.#state = 'closed';
    this.#queue = [];
    this.#callbacks?.error(new DOMException('the encoder is gone', 'EncodingError'));
  }
}

const frame = (value: number): Float32Array => new Float32Array(960).fill(value / 100);
const codeOf = (promise: unknown): Promise<string> =>
  (promise as Promise<unknown>).then(
    () => 'a packet',
    (cause: Error) => (isVoiceError(cause) ? cause.code : cause.message),
  );

describe('The encoder of the browser', () => {
  it('gives for each frame its packet, however late, and closes the memory of each', async () => {
    const codecs = new HeldCodecs();
    const encoder = webCodecs(codecs).createEncoder(VOICE);
    const packets = [1, 2, 3].map(async (value) => encoder.encode(frame(value)));
    codecs.answer(1);
    codecs.answer(2);
    expect((await Promise.all(packets)).map(([first]) => first)).to.deep.equal([1, 2, 3]);
    expect(codecs.given.map(({ timestamp }) => timestamp)).to.deep.equal([0, 20_000, 40_000]);
    expect(codecs.given.every(({ closed }) => closed)).to.equal(true);
  });

  it('expects as much loss as it takes for error correction, whatever is asked for', () => {
    const codecs = new HeldCodecs();
    const lossAt = (bitrateBps: number, expectedLossPercent?: number): number | undefined => {
      const asked = expectedLossPercent === undefined ? {} : { expectedLossPercent };
      webCodecs(codecs).createEncoder({ ...VOICE, bitrateBps, ...asked });
      return codecs.configs.at(-1)?.opus?.packetlossperc;
    };
    expect([lossAt(16_000, 0), lossAt(24_000, 0), lossAt(64_000, 0)]).to.deep.equal([30, 10, 5]);
    expect([lossAt(32_000), lossAt(32_000, 20)]).to.deep.equal([10, 20]);
    expect(codecs.configs.at(-1)).to.deep.include({ codec: 'opus', sampleRate: 48_000 });
    expect(codecs.configs.at(-1)?.opus).to.include({ useinbandfec: true, frameDuration: 20_000 });
    webCodecs(codecs).createEncoder({ ...VOICE, application: 'audio' });
    expect(codecs.configs.at(-1)?.opus?.useinbandfec).to.equal(false);
  });

  it('changes bitrate and expected loss in flight', async () => {
    const codecs = new HeldCodecs();
    const encoder = webCodecs(codecs).createEncoder(VOICE);
    const first = encoder.encode(frame(1));
    encoder.adjust({ bitrateBps: 16_000, expectedLossPercent: 15 });
    const second = encoder.encode(frame(2));
    codecs.answer(2);
    expect([(await first)[0], (await second)[0]]).to.deep.equal([1, 2]);
    expect(codecs.encoders).to.equal(1);
    expect(codecs.configs.at(-1)).to.include({ bitrate: 16_000 });
    expect(codecs.configs.at(-1)?.opus?.packetlossperc).to.equal(30);
  });

  it('begins anew after a failure, which costs the frames that were under way', async () => {
    const codecs = new HeldCodecs();
    const encoder = webCodecs(codecs).createEncoder(VOICE);
    const lost = codeOf(encoder.encode(frame(1)));
    codecs.fail();
    expect(await lost).to.equal('the encoder is gone');
    const next = encoder.encode(frame(2));
    codecs.answer(1);
    expect((await next)[0]).to.equal(2);
    expect(codecs.encoders).to.equal(2);
  });

  it('is replaced when it stops answering, for frames behind it would wait for ever', async () => {
    const codecs = new HeldCodecs();
    const encoder = webCodecs(codecs).createEncoder(VOICE);
    const outcomes = Array.from({ length: 25 }, () => codeOf(encoder.encode(frame(1))));
    expect(codecs.encoders).to.equal(1);
    const next = encoder.encode(frame(9));
    expect(codecs.encoders).to.equal(2);
    codecs.answer(Infinity);
    expect([...new Set(await Promise.all(outcomes))]).to.deep.equal(['ERR_CODEC_CLOSED']);
    expect((await next)[0]).to.equal(9);
  });

  it('still gives what it was given before it was closed, and refuses what comes after', async () => {
    const codecs = new HeldCodecs();
    const encoder = webCodecs(codecs).createEncoder(VOICE);
    const last = encoder.encode(frame(7));
    encoder.close();
    encoder.close();
    expect((await last)[0]).to.equal(7);
    expect(await codeOf(encoder.encode(frame(8)))).to.equal('ERR_CODEC_CLOSED');
    const other = webCodecs(codecs).createEncoder(VOICE);
    expect(await codeOf(other.encode(new Float32Array(959)))).to.equal('ERR_CODEC_FRAME_LENGTH');
  });

  it('is not there where there is no WebCodecs', async () => {
    expect(await canEncodeWithFec()).to.equal(false);
  });
});
