import { expect } from 'chai';
import fc from 'fast-check';
import { createFakeClock, readWav, writeWav } from '@sidetone/testkit';
import { Framer } from '../../src/audio/framer.js';
import { Pacer } from '../../src/audio/pacer.js';
import { pcmSource, samplesSource } from '../../src/audio/pcm-source.js';
import type { AudioSource } from '../../src/audio/audio-source.js';
import { wavSink } from '../../src/audio/wav-sink.js';
import { wavSource } from '../../src/audio/wav-source.js';

async function allOf(source: AudioSource): Promise<number[]> {
  const samples: number[] = [];
  for await (const chunk of source.samples()) samples.push(...chunk);
  return samples;
}

describe('The framer', () => {
  it('cuts chunks of any length into frames without losing or moving a sample', () => {
    const chunks = fc.array(fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 50 }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 30 }), (pieces, length) => {
        const framer = new Framer(length, 1, 1);
        const frames = pieces.flatMap((piece) => [...framer.add(Float32Array.from(piece))]);
        const rest = framer.flush();
        const all = [...frames, ...(rest ? [rest] : [])];
        expect(all.every((frame) => frame.length === length)).to.equal(true);
        const given = pieces.flat();
        const got = all.flatMap((frame) => [...frame]);
        expect(got.slice(0, given.length)).to.deep.equal(given);
        expect(got.slice(given.length).every((sample) => sample === 0)).to.equal(true);
        expect(got.length - given.length).to.be.below(length);
      }),
    );
  });

  it('mixes stereo down to mono and spreads mono to stereo', () => {
    expect([...new Framer(2, 2, 1).add(Float32Array.of(1, 3, 5, 7))]).to.deep.equal([
      Float32Array.of(2, 6),
    ]);
    expect([...new Framer(4, 1, 2).add(Float32Array.of(1, 2))]).to.deep.equal([
      Float32Array.of(1, 1, 2, 2),
    ]);
  });
});

describe('The pacer', () => {
  it('keeps an absolute schedule: steps that come late do not move the later ones', async () => {
    const clock = createFakeClock();
    const pacer = new Pacer(clock);
    const at: number[] = [];
    const walking = (async () => {
      for (let i = 0; i < 100; i++) {
        await pacer.next(20);
        at.push(clock.now());
      }
    })();
    // Uneven steps of the clock stand for a busy machine.
    for (let i = 0; i < 700; i++) await clock.advanceAsync(i % 7 === 0 ? 9 : 1.9);
    await walking;
    at.forEach((time, i) => expect(time).to.be.within(i * 20, i * 20 + 9));
  });

  it('starts its schedule anew after a stall of more than half a second', async () => {
    const clock = createFakeClock();
    const pacer = new Pacer(clock);
    await pacer.next(20);
    clock.advance(10_000);
    await pacer.next(20);
    let third = false;
    const waiting = pacer.next(20).then(() => (third = true));
    await clock.advanceAsync(19);
    expect(third).to.equal(false);
    await clock.advanceAsync(1);
    await waiting;
    expect(third).to.equal(true);
  });
});

describe('Raw PCM', () => {
  it('is put together from bytes however they are cut', async () => {
    const values = [0, 1, -1, 32_767, -32_768, 1_000];
    const bytes = new Uint8Array(values.length * 2);
    values.forEach((value, i) => new DataView(bytes.buffer).setInt16(2 * i, value, true));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 12 })),
        fc.constantFrom<(1 | 2)[]>(1, 2),
        async (cuts, channels) => {
          async function* chunks(): AsyncGenerator<Uint8Array> {
            let offset = 0;
            for (const cut of cuts) yield bytes.subarray(offset, (offset += cut));
            yield bytes.subarray(offset);
          }
          expect(await allOf(pcmSource(chunks(), { channels }))).to.deep.equal(
            values.map((value) => value / 32_768),
          );
        },
      ),
    );
  });

  it('refuses floats that end between left and right', async () => {
    async function* chunks(): AsyncGenerator<Float32Array> {
      yield Float32Array.of(1, 2, 3);
    }
    const reading = allOf(pcmSource(chunks(), { channels: 2 }));
    const error = await reading.catch((cause: unknown) => cause);
    expect(error).to.have.property('code', 'ERR_AUDIO_SAMPLES');
  });
});

describe('WAV files', () => {
  it('are read as another writer has written them', async () => {
    const samples = Float32Array.from(
      { length: 960 },
      (_, i) => Math.round(Math.sin(i / 9) * 30_000) / 32_768,
    );
    const file = writeWav({ sampleRate: 48_000, channels: 1, samples });
    const source = wavSource(file);
    expect(source).to.include({ kind: 'pcm', channels: 1, live: false });
    expect(await allOf(source)).to.deep.equal([...samples]);
  });

  it('are written so that another reader reads the same', () => {
    const sink = wavSink();
    const samples = Float32Array.from({ length: 64 }, (_, i) => (i - 32) / 32);
    sink.write(samples.subarray(0, 10));
    sink.write(samples.subarray(10));
    const read = readWav(sink.toWav());
    expect(read).to.include({ sampleRate: 48_000, channels: 2 });
    expect([...read.samples]).to.deep.equal([...samples]);
  });

  it('are resampled to 48 kHz with the tone unchanged', async () => {
    const tone = (rate: number, length: number): Float32Array =>
      Float32Array.from({ length }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / rate));
    for (const rate of [16_000, 44_100, 96_000]) {
      const heard = await allOf(samplesSource(tone(rate, rate), { sampleRate: rate }));
      const wanted = tone(48_000, 48_000);
      expect(heard).to.have.length(48_000);
      let error = 0;
      for (let i = 1_000; i < 47_000; i++)
        error = Math.max(error, Math.abs((heard[i] ?? 0) - (wanted[i] ?? 0)));
      expect(error, `${rate} Hz`).to.be.below(0.005);
    }
  });

  it('lose what 48 kHz cannot carry instead of folding it back', async () => {
    const high = Float32Array.from({ length: 9_600 }, (_, i) =>
      Math.sin((2 * Math.PI * 40_000 * i) / 96_000),
    );
    const heard = await allOf(samplesSource(high, { sampleRate: 96_000 }));
    expect(Math.max(...heard.slice(200, -200).map(Math.abs))).to.be.below(0.01);
  });

  it('are refused with ERR_AUDIO_WAV, whatever the bytes are', () => {
    const valid = writeWav({ sampleRate: 48_000, channels: 1, samples: new Float32Array(20) });
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 0, max: 255 }), fc.nat(84), (at, value, length) => {
        const file = valid.slice(0, length);
        file[at % Math.max(1, file.length)] = value;
        try {
          wavSource(file);
        } catch (error) {
          expect(error)
            .to.have.property('code')
            .that.matches(/^ERR_AUDIO_(WAV|SAMPLES)$/);
        }
      }),
      { numRuns: 500 },
    );
    expect(() => wavSource(new Uint8Array(0))).to.throw(/RIFF/);
  });
});
