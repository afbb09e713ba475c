import { expect } from 'chai';
import fc from 'fast-check';
import { createFakeClock } from '@sidetone/testkit';
import type { RouteView } from '@sidetone/protocol';
import { selectLanes, type Lane } from '../../src/talk/lane-selection.js';
import { resolveSourceSettings } from '../../src/talk/source-settings.js';
import { SourceTimeline } from '../../src/talk/source-timeline.js';
import { levelOf } from '../../src/talk/voice-level.js';

describe('The timeline of a source', () => {
  it('counts frames by one and time by their duration, over both wrap-arounds', () => {
    const clock = createFakeClock();
    const random = [65_535, 2 ** 32 - 480];
    const timeline = new SourceTimeline(clock, () => random.shift() ?? 0);
    const stamps = [20, 20, 40, 20].map((durationMs) => {
      const stamp = timeline.next(durationMs as 20);
      clock.advance(durationMs);
      return [stamp.seq, stamp.time];
    });
    expect(stamps).to.deep.equal([
      [0, 2 ** 32 - 480],
      [1, 480],
      [2, 1_440],
      [3, 3_360],
    ]);
  });

  it('runs on in silence, and does not mistake jitter for silence', () => {
    const clock = createFakeClock();
    const timeline = new SourceTimeline(clock, () => 0);
    timeline.next(20);
    clock.advance(75);
    expect(timeline.next(20).time, 'late by 55 ms').to.equal(960);
    expect(timeline.next(20).time, 'and caught up').to.equal(1_920);
    clock.advance(10_000 - 15);
    expect(timeline.next(20).time, '10 s later').to.equal(48 * 10_060);
  });
});

describe('The level of a frame', () => {
  it('is -dBov of its RMS, with the voice bit for what is not quiet', () => {
    expect(levelOf(new Float32Array(960).fill(1))).to.equal(0x80);
    expect(levelOf(new Float32Array(960).fill(0.1))).to.equal(0x80 | 20);
    expect(levelOf(new Float32Array(960).fill(0.001))).to.equal(60);
    expect(levelOf(new Float32Array(960))).to.equal(127);
  });

  it('is never the octet that means "withheld"', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 1 }),
        (samples) => {
          const level = levelOf(Float32Array.from(samples));
          expect(level).to.be.within(0, 0xfe);
        },
      ),
    );
  });
});

describe('The selection of lanes', () => {
  const route = (n: number): RouteView => ({ id: `r${n}`, handle: n + 1, kind: 'shout' });
  const lane = fc.record({
    handle: fc.integer({ min: 1, max: 50 }),
    route: fc.nat(4).map(route),
    priority: fc.constantFrom<(0 | 1 | 2 | 3)[]>(0, 1, 2, 3),
  });

  it('takes each named route once, by the best lane to it', () => {
    fc.assert(
      fc.property(fc.array(fc.array(lane, { maxLength: 5 }), { maxLength: 5 }), (targets) => {
        const chosen = selectLanes(targets);
        const all: Lane[] = targets.flat();
        expect([...chosen.keys()].sort()).to.deep.equal(
          [...new Set(all.map((each) => each.route.id))].sort(),
        );
        for (const [id, best] of chosen) {
          for (const other of all.filter((each) => each.route.id === id)) {
            expect(best.priority).to.be.at.least(other.priority);
            if (best.priority === other.priority) expect(best.handle).to.be.at.most(other.handle);
          }
        }
      }),
    );
  });
});

describe('Source settings', () => {
  it('are mono speech, stereo for music, and checked', () => {
    const encoderOf = (...source: Parameters<typeof resolveSourceSettings>) =>
      resolveSourceSettings(...source).encoder;
    expect(encoderOf('microphone')).to.include({ channels: 1, bitrateBps: 32_000, fec: true });
    expect(encoderOf('music')).to.include({ channels: 2, application: 'audio', fec: false });
    expect(encoderOf('music', { channels: 1 })).to.include({ channels: 1 });
    expect(encoderOf('radio', { profile: 'voice-low' })).to.include({
      frameDurationMs: 40,
      bitrateBps: 16_000,
    });
    expect(resolveSourceSettings('music').adaptive).to.equal(false);
    expect(resolveSourceSettings('microphone').adaptive).to.equal(true);
    expect(resolveSourceSettings('microphone', { adaptive: false }).adaptive).to.equal(false);
    const noProfile = (): unknown => resolveSourceSettings('x', { profile: 'loud' as 'voice' });
    expect(noProfile).to.throw(/profile "loud"/);
    const wrong = (): unknown =>
      resolveSourceSettings('x', { frameDurationMs: 30 as 20, bitrateBps: 1 });
    expect(wrong).to.throw(/frameDurationMs "30".*bitrateBps "1"/);
  });
});
