import { expect } from 'chai';
import fc from 'fast-check';
import { REPLAY_WINDOW_WIDTH, ReplayWindow } from '../../src/index.node.js';

/** The definition, without any cleverness. */
class ReferenceWindow {
  readonly #seen = new Set<number>();
  #highest = -1;

  accept(number: number): boolean {
    if (number <= this.#highest - REPLAY_WINDOW_WIDTH || this.#seen.has(number)) return false;
    this.#seen.add(number);
    this.#highest = Math.max(this.#highest, number);
    return true;
  }
}

/** Walks as real and hostile senders do: steps, losses, late and repeated ones, jumps. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.integer({ min: -40, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: -1100, max: 1100 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1024, -1023, 31, 32, 33, 1023, 1024, 1025, 1056, 1057) },
  { weight: 1, arbitrary: fc.integer({ min: -5000, max: 5000 }) },
);
const origin = fc.oneof(
  fc.nat(2000),
  fc.maxSafeNat(),
  fc.constantFrom(0, 2 ** 31 - 50, 2 ** 32 - 50, 2 ** 37, Number.MAX_SAFE_INTEGER - 2000),
);

describe('the replay window', () => {
  it('agrees with a set of all numbers on any walk', () => {
    fc.assert(
      fc.property(origin, fc.array(step, { minLength: 1, maxLength: 400 }), (start, steps) => {
        const window = new ReplayWindow();
        const reference = new ReferenceWindow();
        let number = start;
        for (const delta of steps) {
          number = Math.min(Math.max(number + delta, 0), Number.MAX_SAFE_INTEGER);
          const fresh = reference.accept(number);
          expect(window.check(number), String(number)).to.equal(fresh);
          expect(window.accept(number), String(number)).to.equal(fresh);
          expect(window.check(number), String(number)).to.equal(false);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('checks without recording, and agrees with what accept then does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 300 }), (numbers) => {
        const window = new ReplayWindow();
        for (const number of numbers) {
          const first = window.check(number);
          expect(window.check(number)).to.equal(first);
          expect(window.accept(number)).to.equal(first);
          expect(window.check(number)).to.equal(false);
        }
      }),
    );
  });

  it('knows exactly the last 1,024 numbers', () => {
    const window = new ReplayWindow();
    expect(window.highest).to.equal(-1);
    expect(window.accept(5000)).to.equal(true);
    expect(window.highest).to.equal(5000);
    expect(window.accept(5000 - 1024)).to.equal(false);
    expect(window.accept(5000 - 1023)).to.equal(true);
    expect(window.accept(5000 - 1023)).to.equal(false);
  });

  it('forgets none of the last 1,024 numbers while it moves on by one or by a few', () => {
    for (const stride of [1, 3, 31, 32, 33]) {
      const window = new ReplayWindow();
      for (let number = 0; number < 3000; number += stride) {
        window.accept(number);
        const oldest = Math.max(0, number - (REPLAY_WINDOW_WIDTH - 1));
        const first = Math.ceil(oldest / stride) * stride;
        for (let seen = first; seen <= number; seen += stride) {
          if (window.check(seen)) expect.fail(`${seen} is forgotten at ${number}`);
        }
      }
    }
  });

  it('takes each number of a shuffled block once', () => {
    const window = new ReplayWindow();
    const numbers = Array.from({ length: 1024 }, (_, i) => (i * 389) % 1024);
    expect(numbers.filter((number) => window.accept(number))).to.have.length(1024);
    expect(numbers.filter((number) => window.accept(number))).to.have.length(0);
  });

  it('takes nothing that is no counter', () => {
    const window = new ReplayWindow();
    for (const state of ['empty', 'used']) {
      for (const number of [-1, -0.5, 0.5, 10.5, NaN, Infinity, -Infinity, 2 ** 53]) {
        expect(window.check(number), `${number}, ${state}`).to.equal(false);
        expect(window.accept(number), `${number}, ${state}`).to.equal(false);
      }
      window.accept(20);
    }
    expect(window.highest).to.equal(20);
  });
});
