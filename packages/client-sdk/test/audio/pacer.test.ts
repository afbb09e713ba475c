import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { Pacer } from '../../src/audio/pacer.js';

interface Step {
  readonly at: number;
  readonly dueAt: number;
}

/** Steps through a machine that is busy for so long each time before it looks at the clock again. */
async function walk(busyMs: readonly number[], periodMs: number): Promise<Step[]> {
  const clock = createFakeClock();
  const pacer = new Pacer(clock);
  const steps: Step[] = [];
  for (const busy of busyMs) {
    clock.advance(busy);
    const next = pacer.next(periodMs);
    let isDue = false;
    void next.then(() => (isDue = true));
    await clock.settle();
    while (!isDue) await clock.advanceAsync(0.25);
    steps.push({ at: clock.now(), dueAt: await next });
  }
  return steps;
}

const busyTimes = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 80 }).map((quarters) => quarters / 4),
    fc.integer({ min: 0, max: 1_600 }).map((quarters) => quarters / 4),
  ),
  { minLength: 1, maxLength: 60 },
);
const periods = fc.constantFrom(10, 20, 40, 60);

describe('The schedule of the pacer', () => {
  it('lets no step through before its moment, and moves it only by what is given up', async () => {
    await fc.assert(
      fc.asyncProperty(busyTimes, periods, async (busy, periodMs) => {
        const steps = await walk(busy, periodMs);
        steps.forEach(({ at, dueAt }, i) => {
          expect(at).to.be.at.least(dueAt);
          const before = steps[i - 1];
          if (!before) return;
          const late = at - (before.dueAt + periodMs);
          // Either the schedule goes on, or it begins anew at this very moment.
          if (dueAt !== before.dueAt + periodMs) {
            expect(late).to.be.above(5 * periodMs);
            expect(dueAt).to.equal(at);
          } else expect(late).to.be.at.most(5 * periodMs);
        });
      }),
      { numRuns: 80 },
    );
  });

  it('never lets more than five frames catch up at once', async () => {
    await fc.assert(
      fc.asyncProperty(busyTimes, periods, async (busy, periodMs) => {
        const steps = await walk([...busy, 0, 0, 0, 0, 0, 0, 0, 0], periodMs);
        const perMoment = new Map<number, number>();
        for (const { at } of steps) perMoment.set(at, (perMoment.get(at) ?? 0) + 1);
        expect(Math.max(...perMoment.values())).to.be.at.most(1 + 5);
      }),
      { numRuns: 80 },
    );
  });

  it('is behind by nothing once the machine is idle again', async () => {
    const steps = await walk([0, 100, 0, 0, 0, 0, 0, 0], 20);
    expect(steps.map(({ at }) => at)).to.deep.equal([0, 100, 100, 100, 100, 100, 120, 140]);
    const stalled = await walk([0, 121, 0, 0], 20);
    expect(stalled.map(({ at }) => at)).to.deep.equal([0, 121, 141, 161]);
  });
});
