import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { opusWasm } from '@sidetone/opus-wasm';
import { isVoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { oggOpusSource, oggSamplesSource } from '../../src/audio/ogg-opus-source.js';
import { OggOpusReader } from '../../src/ogg/ogg-opus-reader.js';
import { buildOggPage, type OggPage } from '../../src/ogg/ogg-page.js';
import { joined, oggFile, pagesOf } from '../support/ogg-file.js';
import { opusPackets } from '../support/opus-packets.js';

const file = joined([
  oggFile(opusPackets(30)),
  oggFile(opusPackets(6, 60), 2_880, { serial: 8, comments: { title: 'x'.repeat(600) } }),
]);

/** Bytes overwritten, cut out, repeated: whatever a broken disk or a hand does. */
const damage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), at: fc.nat(), bytes: fc.uint8Array() }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.nat(3_000) }),
    fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), length: fc.nat(3_000) }),
  ),
  { minLength: 1, maxLength: 5 },
);

function damaged(bytes: Uint8Array, steps: readonly Step[]): Uint8Array {
  return steps.reduce((result: Uint8Array, step) => {
    const at = step.at % Math.max(1, result.length);
    if (step.kind === 'set') {
      const copy = result.slice();
      copy.set(step.bytes.subarray(0, Math.max(0, copy.length - at)), at);
      return copy;
    }
    const part = result.subarray(at, at + step.length);
    if (step.kind === 'repeat') return joined([result.subarray(0, at), part, result.subarray(at)]);
    return joined([result.subarray(0, at), result.subarray(at + step.length)]);
  }, bytes);
}

type Step =
  | { readonly kind: 'set'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'cut' | 'repeat'; readonly at: number; readonly length: number };

/** Pages with any values and right checksums: what a hand does that knows the format. */
const forged = fc.array(
  fc.record({
    index: fc.nat(),
    change: fc.record(
      {
        continued: fc.boolean(),
        first: fc.boolean(),
        last: fc.boolean(),
        granule: fc.option(fc.oneof(fc.nat(), fc.maxSafeNat())),
        serial: fc.constantFrom(7, 8, 9),
        sequence: fc.nat({ max: 0xffff_ffff }),
        segments: fc.uint8Array({ maxLength: 255 }),
        body: fc.uint8Array({ maxLength: 600 }),
      },
      { requiredKeys: [] },
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

function forge(changes: readonly { index: number; change: Partial<OggPage> }[]): Uint8Array {
  const pages = pagesOf(file);
  for (const { index, change } of changes) {
    const at = index % pages.length;
    const page = pages[at];
    if (page) pages[at] = { ...page, ...change };
  }
  return joined(pages.map(buildOggPage));
}

/** Plays it to its end; what is thrown has to be a clear error. */
async function play(bytes: Uint8Array): Promise<number> {
  let packets = 0;
  try {
    for await (const { packet, durationMs } of oggOpusSource([bytes]).packets()) {
      packets += 1;
      expect(packet.length).to.be.within(1, 1_200);
      expect(durationMs).to.be.oneOf([10, 20, 40, 60]);
    }
  } catch (error) {
    if (!isVoiceError(error) || error.code !== 'ERR_AUDIO_OGG') throw error;
    expect(error.message).to.match(/^the Ogg file cannot be read: .+; .+/);
  }
  return packets;
}

describe('Hostile Ogg files', function () {
  this.timeout(120_000);

  it('are played as far as they go or refused clearly, 6,000 damaged ones', async () => {
    let played = 0;
    const check = async (steps: readonly Step[]): Promise<void> => {
      played += await play(damaged(file, steps));
    };
    await fc.assert(fc.asyncProperty(damage, check), { numRuns: 6_000 });
    expect(played).to.be.above(30_000);
  });

  it('are played as far as they go or refused clearly, 4,000 forged ones', async () => {
    let played = 0;
    const check = async (changes: Parameters<typeof forge>[0]): Promise<void> => {
      played += await play(forge(changes));
    };
    await fc.assert(fc.asyncProperty(forged, check), { numRuns: 4_000 });
    expect(played).to.be.above(30_000);
  });

  it('are decoded without harm, too', async () => {
    const codec = opusWasm();
    const check = async (steps: readonly Step[]): Promise<void> => {
      try {
        for await (const samples of oggSamplesSource([damaged(file, steps)], { codec }).samples()) {
          expect(samples.length).to.be.at.most(5_760);
          expect(samples.every((sample) => Math.abs(sample) <= 1)).to.equal(true);
        }
      } catch (error) {
        if (!isVoiceError(error) || error.code !== 'ERR_AUDIO_OGG') throw error;
      }
    };
    await fc.assert(fc.asyncProperty(damage, check), { numRuns: 150 });
  });

  it('take no more memory the longer they are', () => {
    const [head, ...others] = pagesOf(file);
    const reader = new OggOpusReader();
    const add = (page: OggPage | undefined): void => {
      if (page) expect([...reader.add(buildOggPage(page))]).to.deep.equal([]);
    };
    add(head);
    add(others[0]);
    // A packet that goes on for ever, in pages whose checksums are right.
    const segments = new Uint8Array(255).fill(255);
    const body = new Uint8Array(255 * 255);
    const page = { first: false, last: false, granule: null, serial: 7, segments, body };
    const bytesAfter = (from: number, to: number): number => {
      for (let sequence = from; sequence < to; sequence++) {
        add({ ...page, sequence, continued: sequence > 2 });
      }
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const early = bytesAfter(2, 20);
    expect(bytesAfter(20, 300) - early).to.be.below(1_000_000);
  });
});

/** Without a flag on the command line of the tests. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
