import { createSeededRandom } from '@sidetone/testkit';
import { expect } from 'chai';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { CodecAdaptation } from '../../src/codec-policy/codec-adaptation.js';
import { PROFILES } from '../../src/codec-policy/profile.js';
import { BurstMeter } from '../../src/voice/burst-meter.js';

const FRAMES_PER_SECOND = 50;
const FRAME_MS = 20;
const SEEDS = [1, 2, 3, 4, 5];

const frame = (seq: number, id = 'a', start = false) =>
  ({ source: { id }, seq, start }) as unknown as OpusFrame;

function after(seqs: readonly number[], meter = new BurstMeter()): number {
  for (const seq of seqs) meter.heard(frame(seq));
  return meter.meanBurst;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

describe('The length of bursts', () => {
  it('is the mean of late, of all sources, and 1 without any', () => {
    const meter = new BurstMeter();
    expect(after(range(0, 40), meter)).to.equal(1);
    for (let n = 0; n < 60; n++) meter.heard(frame(100 + 4 * n, 'b'));
    expect(meter.meanBurst).to.be.closeTo(3, 0.01);
  });

  it('has no pauses and beginnings in it', () => {
    const meter = new BurstMeter();
    meter.heard(frame(1));
    meter.heard(frame(20, 'a', true));
    meter.heard(frame(500));
    meter.heard(frame(490));
    expect(after(range(501, 600), meter)).to.equal(1);
  });

  it('counts what is lost just before a beginning and behind it apart', () => {
    const meter = new BurstMeter();
    after([...range(0, 10), ...range(13, 15)], meter);
    meter.heard(frame(20, 'a', true));
    const before = meter.meanBurst;
    expect(before).to.be.above(1);
    expect(after([...range(21, 60)], meter)).to.equal(before);
  });

  it('takes nothing for lost that comes late, in any order', () => {
    expect(after([0, 4, 3, 2, 1, 5, ...range(6, 60)])).to.equal(1);
    const shuffled = range(0, 400).sort((a, b) => ((a * 7) % 12) - ((b * 7) % 12) + (a - b) / 1.2);
    expect(shuffled).to.not.deep.equal(range(0, 400));
    expect(after([...shuffled, ...range(400, 440)])).to.equal(1);
  });

  it('takes for lost what comes so late that nobody waits for it', () => {
    expect(after([0, ...range(4, 40), 1, 2, 3, ...range(40, 60)])).to.equal(1.25);
  });

  it('does not wait for the whole of a burst to be judged once', () => {
    expect(after([...range(0, 10), ...range(14, 60)])).to.equal(1.375);
    expect(after([...range(0, 10), ...range(40, 60)])).to.be.above(4);
  });
});

/** Reports once a second on what one listener gets, to the adaptation of the talker. */
function secondsUntilCopies(options: {
  readonly seed: number;
  readonly lossRate: number;
  readonly meanBurst: number;
  readonly jitterMs: number;
  readonly seconds: number;
}): number | null {
  const { lossRate, meanBurst, jitterMs, seconds } = options;
  const random = createSeededRandom(options.seed);
  const leave = 1 / meanBurst;
  const enter = lossRate / (1 - lossRate) / meanBurst;
  let isBad = false;
  const lost = (): boolean => {
    if (meanBurst === 1) return random.chance(lossRate);
    isBad = random.chance(isBad ? leave : enter) ? !isBad : isBad;
    return isBad;
  };
  const arrivals = range(0, seconds * FRAMES_PER_SECOND)
    .flatMap((seq) =>
      lost() ? [] : [{ seq, atMs: seq * FRAME_MS + jitterMs * random.fraction() }],
    )
    .sort((a, b) => a.atMs - b.atMs);
  const meter = new BurstMeter();
  const adaptation = new CodecAdaptation(PROFILES.voice.encoder);
  let next = 0;
  for (let second = 1; second <= seconds; second++) {
    let came = 0;
    for (let at = arrivals[next]; at && at.atMs < 1_000 * second; at = arrivals[next]) {
      meter.heard(frame(at.seq));
      next += 1;
      came += 1;
    }
    const { earlierFrames } = adaptation.report({
      uplinkLoss: 0,
      downlinkLoss: Math.max(0, 1 - came / FRAMES_PER_SECOND),
      meanBurst: meter.meanBurst,
      rttMs: 80,
      queuedFrames: 0,
    });
    if (earlierFrames > 0) return second;
  }
  return null;
}

describe('Copies of earlier frames', () => {
  const minutes = { jitterMs: 0, seconds: 300 } as const;

  for (const lossRate of [0.05, 0.1]) {
    for (const jitterMs of [2, 200]) {
      it(`do not start for ${100 * lossRate} % random loss with ${jitterMs} ms of jitter, in five minutes`, () => {
        for (const seed of SEEDS) {
          const at = secondsUntilCopies({ ...minutes, seed, lossRate, meanBurst: 1, jitterMs });
          expect(at, `seed ${seed}`).to.equal(null);
        }
      });
    }
  }

  for (const meanBurst of [2, 3]) {
    it(`start soon where frames are lost by ${meanBurst} in a row`, () => {
      for (const seed of SEEDS) {
        const at = secondsUntilCopies({ ...minutes, seed, lossRate: 0.1, meanBurst });
        expect(at, `seed ${seed}`).to.be.within(1, 15);
      }
    });
  }
});
