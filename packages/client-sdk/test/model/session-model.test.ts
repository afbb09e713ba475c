import { expect } from 'chai';
import * as fc from 'fast-check';
import * as client from './client-steps.js';
import * as fault from './fault-steps.js';
import * as thief from './thief-steps.js';
import { expectNothingLeft } from './nothing-left.js';
import { NETS } from './person.js';
import { ServerHoldings } from './server-holdings.js';
import { SessionModel } from './session-model.js';
import type { Step } from './step.js';
import { World } from './world.js';

/**
 * Runs of this model. A failure prints seed, path and replayPath; the same run again is
 * `SIDETONE_MODEL_REPLAY='{"seed":1,"path":"3:0","replayPath":"AB:C"}'` with these values.
 * `SIDETONE_MODEL_RUNS=20000` makes it a long one.
 */
const runs = Number(process.env['SIDETONE_MODEL_RUNS'] ?? 120);
const replay = JSON.parse(process.env['SIDETONE_MODEL_REPLAY'] ?? '{}') as {
  readonly seed?: number;
  readonly path?: string;
  readonly replayPath?: string;
};

/** Is never cut off by the network, and sees all. */
const OBSERVER = 'Olga';
const SUBJECTS = ['Ann', 'Ben'] as const;
const MAX_STEPS = 100;
const TIMEOUT_MS = 60_000 + runs * 2_000;

const who = fc.constantFrom(...SUBJECTS);
const anybody = fc.constantFrom(OBSERVER, ...SUBJECTS);
const net = fc.constantFrom(...NETS);
const target = fc.constantFrom(...NETS, client.WHISPER);
const policy = fc.constantFrom('now', 'now', 'later', 'later', 'never' as const);
const turns = fc.integer({ min: 0, max: 30 });
const call: fc.Arbitrary<client.Call> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('join' as const) },
  { weight: 3, arbitrary: fc.constant('register' as const) },
  { weight: 2, arbitrary: fc.constant('muteThere' as const) },
  { weight: 1, arbitrary: fc.constantFrom('muteEverywhere', 'leave' as const) },
);
/** Of what is asked twice, the second must not be an error, nor change anything. */
const repeated = fc.constantFrom<client.Call>(
  ...(['join', 'leave', 'leave', 'muteThere', 'muteEverywhere', 'register'] as const),
);
const spoilt = fc.constantFrom('requestLost', 'answerLost', 'confirmLost' as const);
const passing = fc.constantFrom(500, 2_000, 2_000, 10_000, 10_000, fault.AFTER_EXPIRY_MS);

function often(weight: number, arbitrary: fc.Arbitrary<Step>): fc.Arbitrary<Step>[] {
  return Array.from({ length: weight }, () => arbitrary);
}

const steps: fc.Arbitrary<Step>[] = [
  ...often(4, who.map(client.connect)),
  ...often(
    8,
    fc.tuple(anybody, call, net).map((to) => client.ask(...to)),
  ),
  ...often(
    4,
    fc.tuple(who, repeated, net, turns).map((to) => client.askAndCut(...to)),
  ),
  ...often(
    3,
    fc.tuple(anybody, who).map((to) => client.whisper(...to)),
  ),
  ...often(
    2,
    fc.tuple(who, target).map((to) => client.unregister(...to)),
  ),
  ...often(
    3,
    fc.tuple(anybody, net).map((to) => client.holdOrRelease(...to)),
  ),
  ...often(6, anybody.map(client.speak)),
  ...often(
    2,
    fc.tuple(who, net).map((to) => client.moderate(...to)),
  ),
  ...often(2, who.map(client.kick)),
  ...often(1, who.map(client.close)),
  ...often(
    6,
    fc.tuple(who, policy).map((to) => fault.cut(...to)),
  ),
  ...often(
    4,
    fc.tuple(who, policy).map((to) => fault.freeze(...to)),
  ),
  ...often(8, who.map(fault.hint)),
  ...often(
    4,
    fc.tuple(who, spoilt).map((to) => fault.spoiltResume(...to)),
  ),
  ...often(
    4,
    fc.tuple(who, turns).map((to) => fault.cutWhileBack(...to)),
  ),
  ...often(4, passing.map(fault.pass)),
  ...often(1, fc.constant(fault.passUntilExpiry())),
  ...often(
    2,
    fc.tuple(net, fc.constantFrom('one', 'two')).map((to) => fault.topic(...to)),
  ),
  ...often(1, net.map(fault.flood)),
  ...often(1, fc.constantFrom('killed', 'killedForAWhile', 'drained' as const).map(fault.restart)),
  ...often(
    3,
    fc.tuple(who, fc.constantFrom('oldest', 'latest' as const)).map((to) => thief.replay(...to)),
  ),
  ...often(
    2,
    fc.tuple(who, fc.boolean()).map((to) => thief.steal(...to)),
  ),
  ...often(1, who.map(thief.useOldToken)),
  ...often(2, fc.constantFrom('closes', 'vanishes' as const).map(thief.thiefLeaves)),
];

describe('A session, as a state machine', () => {
  const holdings = new ServerHoldings();

  before(() => holdings.watch());

  after(() => holdings.unwatch());

  it('is for server, client and everybody who sees it what the model says, and leaves nothing', async () => {
    const commands = fc.commands(steps, {
      maxCommands: MAX_STEPS,
      size: 'max',
      ...(replay.replayPath === undefined ? {} : { replayPath: replay.replayPath }),
    });
    const { seed, path } = replay;
    await fc.assert(
      fc.asyncProperty(commands, async (taken) => {
        holdings.forget();
        const world = await World.open([OBSERVER, ...SUBJECTS], holdings);
        const model = new SessionModel([OBSERVER, ...SUBJECTS]);
        try {
          for (const name of [OBSERVER, ...SUBJECTS]) await client.connect(name).run(model, world);
          await fc.asyncModelRun(() => ({ model, real: world }), taken);
          await expectNothingLeft(model, world);
        } finally {
          await world.stop();
        }
        expect(world.clock.pending, 'timers behind the end').to.equal(0);
      }),
      {
        numRuns: runs,
        ...(seed === undefined ? {} : { seed }),
        ...(path === undefined ? {} : { path }),
      },
    );
  }).timeout(TIMEOUT_MS);
});
