import { isVoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { audioErrorCodes } from '../../src/audio/error-codes.js';
import { readWav } from '../../src/audio/read-wav.js';
import { writeWav } from '../../src/audio/write-wav.js';
import { expectVoiceError } from './expect-voice-error.js';

const stereo = {
  sampleRate: 44_100,
  channels: 2,
  samples: Float32Array.of(0, 0.5, -0.5, 0.25, -1, 0.125),
};

function chunk(id: string, body: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(8 + body.length + (body.length % 2));
  bytes.write(id, 0, 'latin1');
  bytes.writeUInt32LE(body.length, 4);
  bytes.set(body, 8);
  return bytes;
}

function riff(...chunks: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks]);
  return Buffer.from(chunk('RIFF', body));
}

function format(fields: {
  tag?: number;
  channels?: number;
  sampleRate?: number;
  byteRate?: number;
  blockAlign?: number;
  bits?: number;
}): Buffer {
  const { tag = 1, channels = 1, sampleRate = 48_000, bits = 16 } = fields;
  const { blockAlign = (channels * bits) / 8 } = fields;
  const body = Buffer.alloc(16);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(sampleRate, 4);
  body.writeUInt32LE(fields.byteRate ?? sampleRate * blockAlign, 8);
  body.writeUInt16LE(blockAlign, 12);
  body.writeUInt16LE(bits, 14);
  return body;
}

function extensible(
  base: Buffer,
  { tag = 1, validBits = 16, tail = '000000001000800000aa00389b71' } = {},
): Buffer {
  const extension = Buffer.alloc(24);
  extension.writeUInt16LE(22, 0);
  extension.writeUInt16LE(validBits, 2);
  extension.writeUInt16LE(tag, 8);
  extension.write(tail, 10, 'hex');
  return Buffer.concat([base, extension]);
}

const fmt = chunk('fmt ', format({}));
const data = chunk('data', Buffer.from([0x00, 0x40, 0x00, 0xc0]));

describe('WAV files', () => {
  it('come back as they were written, as 32-bit float', () => {
    expect(readWav(writeWav({ ...stereo, encoding: 'float32' }))).to.deep.equal(stereo);
  });

  it('come back within half a step of 16 bits, as PCM', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ min: -1, max: 1, noNaN: true, maxLength: 200 }),
        fc.integer({ min: 1_000, max: 384_000 }),
        (samples, sampleRate) => {
          const read = readWav(writeWav({ sampleRate, channels: 1, samples }));
          expect(read).to.include({ sampleRate, channels: 1 });
          expect(read.samples.length).to.equal(samples.length);
          read.samples.forEach((sample, i) => {
            // 1 has no step of its own: the largest is 32767 / 32768.
            const wanted = Math.min(samples[i]!, 32_767 / 32_768);
            expect(Math.abs(sample - wanted)).to.be.at.most(0.5 / 32_768);
          });
        },
      ),
    );
  });

  it('have the layout that other programs read', () => {
    const wav = writeWav({ sampleRate: 8_000, channels: 1, samples: Float32Array.of(0.5, -1) });
    expect(Buffer.from(wav).toString('hex')).to.equal(
      '52494646' +
        '28000000' +
        '57415645' + // RIFF, 40 bytes, WAVE
        '666d7420' +
        '10000000' +
        '0100' +
        '0100' +
        '401f0000' +
        '803e0000' +
        '0200' +
        '1000' +
        '64617461' +
        '04000000' +
        '0040' +
        '0080',
    );
  });

  it('clamp loud samples rather than wrap them around', () => {
    const samples = Float32Array.of(1, 7, -7);
    const read = readWav(writeWav({ sampleRate: 48_000, channels: 1, samples })).samples;
    expect([...read]).to.deep.equal([32_767 / 32_768, 32_767 / 32_768, -1]);
  });

  it('are read past unknown chunks, of odd length too', () => {
    const odd = chunk('LIST', Buffer.from('abc'));
    const even = chunk('junk', Buffer.from('data'));
    for (const file of [
      riff(odd, fmt, data),
      riff(fmt, odd, even, data),
      riff(fmt, data, even, odd),
      riff(fmt, data, odd).subarray(0, -1),
    ]) {
      if (file.readUInt32LE(4) + 8 > file.length) file.writeUInt32LE(file.length - 8, 4);
      expect([...readWav(file).samples]).to.deep.equal([0.5, -0.5]);
    }
  });

  it('are read without what follows the RIFF chunk, and from the middle of a buffer', () => {
    const file = Buffer.concat([Buffer.from('xyz'), riff(fmt, data), Buffer.from('TAG')]);
    expect([...readWav(file.subarray(3)).samples]).to.deep.equal([0.5, -0.5]);
  });

  it('may be empty', () => {
    const wav = writeWav({ sampleRate: 48_000, channels: 2, samples: new Float32Array(0) });
    expect(readWav(wav).samples.length).to.equal(0);
  });

  it('may use the extensible format for the same encodings', () => {
    const body = extensible(format({ tag: 0xfffe }));
    expect([...readWav(riff(chunk('fmt ', body), data)).samples]).to.deep.equal([0.5, -0.5]);
  });

  const malformed: Record<string, Uint8Array> = {
    'nothing at all': new Uint8Array(0),
    'another kind of file': Buffer.from('OggS and so on, long enough'),
    'a RIFF file of another kind': Buffer.from(
      riff(fmt, data).toString('latin1').replace('WAVE', 'AVI '),
      'latin1',
    ),
    'a file cut off in its data': riff(fmt, data).subarray(0, -2),
    'a file whose size was never filled in': Buffer.concat([
      Buffer.from('RIFF\xff\xff\xff\xffWAVE', 'latin1'),
      fmt,
      data,
    ]),
    'a size too small for "WAVE"': Buffer.from('RIFF\x02\0\0\0WAVE', 'latin1'),
    'a chunk longer than the file': riff(
      fmt,
      Buffer.concat([data.subarray(0, 4), Buffer.from([255, 255, 255, 127, 0, 0])]),
    ),
    'a chunk header cut off': riff(fmt, data, Buffer.from('LIS')),
    'no format': riff(data),
    'no data': riff(fmt),
    'data before its format': riff(data, fmt),
    'two formats': riff(fmt, fmt, data),
    'two data chunks': riff(fmt, data, data),
    'a short format': riff(chunk('fmt ', format({}).subarray(0, 14)), data),
    'half a sample': riff(fmt, chunk('data', Buffer.from([1, 2, 3]))),
    'half a block': riff(chunk('fmt ', format({ channels: 2 })), chunk('data', Buffer.alloc(6))),
    'a wrong block size': riff(chunk('fmt ', format({ blockAlign: 3 })), data),
    'a wrong byte rate': riff(chunk('fmt ', format({ byteRate: 1 })), data),
    'an extensible format cut off': riff(chunk('fmt ', format({ tag: 0xfffe })), data),
    'a float that is no number': riff(
      chunk('fmt ', format({ tag: 3, bits: 32 })),
      chunk('data', Buffer.from('0000c07f', 'hex')),
    ),
  };
  for (const [what, file] of Object.entries(malformed)) {
    it(`are refused as malformed with ${what}`, () => {
      expectVoiceError('ERR_WAV_FORMAT', () => readWav(file));
    });
  }

  const unsupported: Record<string, Buffer> = {
    '24 bits': format({ bits: 24 }),
    '8 bits': format({ bits: 8 }),
    'A-law': format({ tag: 6, bits: 8 }),
    'float of 64 bits': format({ tag: 3, bits: 64 }),
    'no channel': format({ channels: 0 }),
    'nine channels': format({ channels: 9 }),
    'no sample rate': format({ sampleRate: 0 }),
    'a sample rate beyond audio': format({ sampleRate: 400_000 }),
    'an unused bit in each sample': extensible(format({ tag: 0xfffe }), { validBits: 15 }),
    'a sub-format of its own': extensible(format({ tag: 0xfffe }), { tail: '00'.repeat(14) }),
    'an extensible A-law': extensible(format({ tag: 0xfffe }), { tag: 6 }),
  };
  for (const [what, body] of Object.entries(unsupported)) {
    it(`are refused as unsupported with ${what}`, () => {
      expectVoiceError('ERR_WAV_UNSUPPORTED', () => readWav(riff(chunk('fmt ', body), data)));
    });
  }

  it('are refused with more than 1,000 chunks', () => {
    const many = Array.from({ length: 999 }, () => chunk('junk', new Uint8Array(0)));
    expectVoiceError('ERR_WAV_LIMIT', () => readWav(riff(...many, fmt, data)));
    expect(readWav(riff(...many.slice(1), fmt, data)).samples.length).to.equal(2);
  });

  it('are refused above 256 MiB, before a byte is read', () => {
    expectVoiceError('ERR_WAV_LIMIT', () => readWav(new Uint8Array(256 * 1024 * 1024 + 1)));
  });

  it('never put control characters of a hostile file into a message', () => {
    const hostile = riff(fmt, data, Buffer.from('\x1b[2J\xff\xff\xff\x7f', 'latin1'));
    expect(expectVoiceError('ERR_WAV_FORMAT', () => readWav(hostile))).to.match(/^[\x20-\x7e]+$/);
  });

  it('are audio or a typed error, whatever the bytes', () => {
    const valid = riff(fmt, chunk('LIST', Buffer.from('abc')), data);
    const mutated = fc
      .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .chain((edits) =>
        fc.nat(valid.length).map((length) => {
          const file = Buffer.from(valid);
          for (const [at, value] of edits) file[at] = value;
          return length % 3 === 0 ? file.subarray(0, length) : file;
        }),
      );
    const garbage = fc.uint8Array({ maxLength: 80 });
    const outcomes = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(mutated, garbage), (file) => {
        try {
          expect(readWav(file).samples.length).to.be.at.most(file.length / 2);
          outcomes.read++;
        } catch (error) {
          if (!isVoiceError(error)) throw error;
          expect(Object.keys(audioErrorCodes)).to.include(error.code);
          outcomes.refused++;
        }
      }),
      { numRuns: 20_000 },
    );
    expect(outcomes.read).to.be.above(0);
    expect(outcomes.refused).to.be.above(0);
  });

  it('are not written from audio that could not be read back', () => {
    for (const wrong of [
      { sampleRate: 0 },
      { sampleRate: 48_000.5 },
      { channels: 0 },
      { channels: 9 },
      { channels: 4 },
      { encoding: 'mp3' as 'pcm16' },
      { samples: Float32Array.of(0, NaN) },
      { samples: Float32Array.of(Infinity, 0) },
    ]) {
      expectVoiceError('ERR_WAV_AUDIO', () => writeWav({ ...stereo, ...wrong }));
    }
  });

  it('are not written above 256 MiB', () => {
    const samples = new Float32Array(128 * 1024 * 1024);
    expectVoiceError('ERR_WAV_LIMIT', () => writeWav({ sampleRate: 48_000, channels: 1, samples }));
  });
});
