import { expect } from 'chai';
import fc from 'fast-check';
import { createSeededRandom } from '@sidetone/testkit';
import { SLOTS, type Slot } from '../../src/gate/key-press.js';
import { resolveGateOptions } from '../../src/gate/resolve-gate-options.js';
import { TalkGate } from '../../src/gate/talk-gate.js';
import { checkKeyChanges } from '../support/check-key-changes.js';
import { randomKeyChanges, type Stretch } from '../support/key-changes.js';

const CHANGES = 10_000;
const LOUD = { levelDbfs: -20, voiceProbability: null };

describe('Ten thousand random key changes', () => {
  it('bring each net what was captured from 60 ms before its key to the end of the tail, and no other sample', () => {
    const durations = fc.constantFrom(10, 20, 40, 60);
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), durations, (seed, durationMs) => {
        const random = createSeededRandom(seed);
        const changes = randomKeyChanges(random, CHANGES);
        const gate = new TalkGate<Slot, number>(resolveGateOptions().gate);
        for (const slot of SLOTS) {
          gate.keys.bind(slot, { targets: [slot], additive: slot % 2 === 0, style: 'hold' });
        }
        const heard = new Map<Slot, number[]>(SLOTS.map((slot) => [slot, []]));
        const frames: Stretch[] = [];
        const endMs = (changes.at(-1)?.atMs ?? 0) + 500;
        let told = 0;
        for (let number = 0; number * durationMs < endMs; number++) {
          const frame = { startMs: number * durationMs, endMs: (number + 1) * durationMs };
          // Frames come some time after they were captured, and key events in between.
          const comesAtMs = frame.endMs + random.integer(0, 3) * 15;
          for (let next = changes[told]; next && next.atMs < comesAtMs; next = changes[++told]) {
            if (next.down) gate.keys.press(next.slot, 'key', next.atMs);
            else gate.keys.release(next.slot, 'key', next.atMs);
          }
          const decision = gate.capture({ ...frame, frame: number }, LOUD);
          for (const preRoll of decision.preRolls) {
            // What a target has had already it is not sent again.
            for (const slot of preRoll.targets) {
              const had = heard.get(slot) ?? [];
              had.push(...preRoll.frames.filter((each) => each > (had.at(-1) ?? -1)));
            }
          }
          for (const slot of decision.targets) heard.get(slot)?.push(number);
          frames.push(frame);
        }
        const { faults, required, preRoll, tail } = checkKeyChanges(changes, frames, heard);
        expect(faults).to.deep.equal([]);
        expect(told).to.equal(CHANGES);
        expect([required > 1_000, tail > 1_000]).to.deep.equal([true, true]);
        if (durationMs <= 20) expect(preRoll).to.be.above(100);
      }),
      { numRuns: 4 },
    );
  }).timeout(60_000);
});
