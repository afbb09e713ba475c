import { Readable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { pcmSource } from '../../src/audio/pcm-source.js';
import { resample } from '../../src/audio/resample.js';
import { pcmSink } from '../../src/audio/pcm-sink.js';
import { StreamResampler } from '../../src/audio/stream-resampler.js';
import type { ChunkSource } from '../../src/audio/chunk-source.js';
import { joined } from '../support/ogg-file.js';

const tone = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.fround(0.5 * Math.sin(i / 7)));

async function all(
  chunks: ChunkSource<Uint8Array | Float32Array>,
  options: Parameters<typeof pcmSource>[1] = {},
): Promise<number[]> {
  const samples: number[] = [];
  for await (const part of pcmSource(chunks, options).samples()) samples.push(...part);
  return samples;
}

function bytesOf(samples: Float32Array, format: 's16le' | 'f32le'): Uint8Array {
  const parts: Uint8Array[] = [];
  pcmSink({ write: (bytes) => void parts.push(bytes) }, format).write(samples);
  return joined(parts);
}

describe('Raw PCM streams', () => {
  it('of floats are the samples, from streams of Node, of the web, generators and arrays', async () => {
    const samples = tone(1_000);
    const bytes = bytesOf(samples, 'f32le');
    const cut = [bytes.subarray(0, 1_001), bytes.subarray(1_001, 1_002), bytes.subarray(1_002)];
    const generator = async function* (): AsyncGenerator<Uint8Array> {
      yield* cut;
    };
    for (const source of [
      Readable.from(cut),
      new Blob(cut as BlobPart[]).stream(),
      generator(),
      cut,
    ]) {
      expect(await all(source, { format: 'f32le' })).to.deep.equal([...samples]);
    }
  });

  it('of floats that are no numbers are silent there', async () => {
    const bytes = bytesOf(Float32Array.of(0.5, NaN, Infinity, -0.5), 'f32le');
    expect(await all([bytes], { format: 'f32le' })).to.deep.equal([0.5, 0, 0, -0.5]);
  });

  it('at another rate are what resampling the whole gives, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(8_000, 16_000, 22_050, 44_100, 96_000),
        fc.constantFrom<(1 | 2)[]>(1, 2),
        fc.integer({ min: 1, max: 700 }),
        async (sampleRate, channels, chunkSamples) => {
          const samples = tone(1_200 * channels);
          const chunks: Float32Array[] = [];
          for (let at = 0; at < samples.length; at += chunkSamples * channels) {
            chunks.push(samples.subarray(at, at + chunkSamples * channels));
          }
          const streamed = await all(chunks, { sampleRate, channels });
          const whole = resample(samples, channels, sampleRate, 48_000);
          expect(streamed).to.have.length(whole.length);
          streamed.forEach((sample, i) => expect(sample).to.be.closeTo(whole[i] ?? NaN, 1e-4));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('at a rate without a common measure keep to an inaudible error', () => {
    const resampler = new StreamResampler(1, 44_101, 48_000);
    const samples = tone(44_101);
    const streamed = [...resampler.add(samples), ...resampler.flush()];
    const whole = resample(samples, 1, 44_101, 48_000);
    expect(streamed).to.have.length(whole.length);
    const worst = Math.max(...streamed.map((sample, i) => Math.abs(sample - (whole[i] ?? NaN))));
    expect(worst).to.be.below(2e-4);
  });

  it('of no use are refused with what to do', () => {
    for (const options of [{ sampleRate: 7_999 }, { sampleRate: 44_100.5 }, { format: 's24le' }]) {
      expect(() => pcmSource([], options as object))
        .to.throw(/give/)
        .with.property('code', 'ERR_AUDIO_SAMPLES');
    }
  });

  it('are let go at the signal, even while they are waited for', async () => {
    let cancelled = false;
    const web = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    const node = new Readable({ read: () => undefined });
    for (const source of [web, node] as ChunkSource<Uint8Array>[]) {
      const stopping = new AbortController();
      const samples = pcmSource(source).samples(stopping.signal)[Symbol.asyncIterator]();
      const waiting = samples.next();
      setImmediate(() => stopping.abort());
      expect((await waiting).done).to.equal(true);
    }
    expect(cancelled).to.equal(true);
    expect(node.destroyed).to.equal(true);
  });
});

describe('A PCM sink', () => {
  it('writes 16 bits, with what is too loud cut off', () => {
    const bytes = bytesOf(Float32Array.of(0, 0.5, -1, 1.5), 's16le');
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const values = [0, 1, 2, 3].map((i) => view.getInt16(2 * i, true));
    expect(values).to.deep.equal([0, 16_384, -32_768, 32_767]);
  });
});
