import { expect } from 'chai';
import fc from 'fast-check';
import { PlayoutClock } from '../../../src/browser/worklet/playout-clock.js';

const RATE_HZ = 48_000;
const QUANTUM = 128;
const EPOCH_MS = 1_790_000_000_000.3;

/** A device that asks for its sound in bursts, by a crystal of its own. */
class Device {
  nowMs = EPOCH_MS;
  frame = 0;
  readonly clock: PlayoutClock;
  readonly #perBurst: number;
  readonly #msPerSample: number;
  #setByMs = 0;

  constructor(perBurst: number, ppm: number) {
    this.#perBurst = perBurst;
    this.#msPerSample = (1_000 / RATE_HZ) * (1 + ppm / 1e6);
    this.clock = new PlayoutClock(RATE_HZ, () => Math.floor(this.nowMs + this.#setByMs));
  }

  /** Somebody sets the time of day. */
  setWall(byMs: number): void {
    this.#setByMs += byMs;
  }

  /** The quanta of one burst, each with when it was asked for and what the clock said. */
  burst(lateMs = 0): { readonly askedAt: number; readonly moment: number }[] {
    const dueAt = this.nowMs;
    this.nowMs = dueAt + lateMs;
    const asked = Array.from({ length: this.#perBurst }, () => {
      const moment = this.clock.momentOf(this.frame);
      this.frame += QUANTUM;
      return { askedAt: this.nowMs, moment };
    });
    this.nowMs = dueAt + this.#perBurst * QUANTUM * this.#msPerSample;
    return asked;
  }

  run(ms: number, late: () => number = () => 0): { askedAt: number; moment: number }[] {
    const until = this.nowMs + ms;
    const all = [];
    while (this.nowMs < until) all.push(...this.burst(late()));
    return all;
  }
}

describe('The clock of the audio thread', () => {
  it('goes evenly, and calls no sample due before its time, by steps of 1 ms, in bursts and adrift', () => {
    const burst = fc.integer({ min: 1, max: 8 });
    const ppm = fc.integer({ min: -200, max: 200 });
    const lateness = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(burst, ppm, lateness, (perBurst, drift, late) => {
        const device = new Device(perBurst, drift);
        let i = 0;
        const asked = device.run(20_000, () => late[i++ % late.length] ?? 0);
        const burstMs = (perBurst * QUANTUM * 1_000) / RATE_HZ;
        const steps = asked.map(({ moment }, at) => moment - (asked[at - 1]?.moment ?? moment - 1));
        expect(Math.min(...steps)).to.be.greaterThan(0);
        const settled = asked.slice(750);
        const ahead = settled.map(({ askedAt, moment }) => moment - askedAt);
        expect(Math.max(...ahead)).to.be.below(0.5);
        expect(Math.min(...ahead)).to.be.above(-(burstMs + 3 + 1.5));
        expect(Math.max(...steps.slice(750))).to.be.below(2.75);
        expect(Math.min(...steps.slice(750))).to.be.above(1.3);
      }),
      { numRuns: 40 },
    );
  });

  it('is at the time of day again at once when the audio has stood still', () => {
    const device = new Device(4, 50);
    device.run(3_000);
    device.nowMs += 60_000;
    const [first] = device.burst();
    expect((first?.moment ?? 0) - device.nowMs).to.be.within(-15, 0);
  });

  it('gives way slowly when the device has dropped something', () => {
    const device = new Device(4, 0);
    const before = device.run(3_000).at(-1);
    device.nowMs += 30;
    const after = device.run(8_000);
    expect((after[0]?.moment ?? 0) - (before?.moment ?? 0)).to.be.below(3);
    const { askedAt, moment } = after.at(-1) ?? { askedAt: 0, moment: 0 };
    expect(askedAt - moment).to.be.within(-0.5, 10);
  });

  it('makes up for a longer stall within some seconds, and never jumps by it', () => {
    const device = new Device(4, 0);
    device.run(3_000);
    device.nowMs += 250;
    const after = device.run(15_000);
    const steps = after.map(({ moment }, i) => moment - (after[i - 1]?.moment ?? moment - 2.7));
    expect(Math.max(...steps)).to.be.below(3);
    const { askedAt, moment } = after.at(-1) ?? { askedAt: 0, moment: 0 };
    expect(askedAt - moment).to.be.within(-0.5, 10);
  });

  for (const setByMs of [-3_600_000, -300, 300, 3_600_000]) {
    it(`goes by the clock of the frames when the time of day is set by ${setByMs} ms`, () => {
      const device = new Device(4, 0);
      const hear = (ms: number): number => {
        const until = device.nowMs + ms;
        let off = 0;
        while (device.nowMs < until) {
          device.clock.frameArrived(device.nowMs - 0.5);
          const [first] = device.burst();
          off = Math.max(
            Math.abs(device.clock.now() - device.nowMs),
            Math.abs((first?.moment ?? 0) - device.nowMs),
          );
        }
        return off;
      };
      expect(hear(3_000)).to.be.below(25);
      device.setWall(setByMs);
      hear(3_000);
      expect(hear(1_000)).to.be.below(25);
    });
  }
});
