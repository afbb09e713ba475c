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
const MAX_STEPS = 60;
const TIMEOUT_MS = 60_000 + runs * 2_000;

const who = fc.constantFrom(...SUBJECTS);
const net = fc.constantFrom(...NETS);
const policy = fc.constantFrom('now', 'now', 'later', 'later', 'never' as const);
const turns = fc.integer({ min: 0, max: 30 });
const call = fc.constantFrom<client.Call>(
  ...(['join', 'leave', 'muteThere', 'muteEverywhere', 'register'] as const),
);

const clientSteps: fc.Arbitrary<Step>[] = [
  who.map(client.connect),
  fc.tuple(fc.constantFrom(OBSERVER, ...SUBJECTS), call, net).map((to) => client.ask(...to)),
  fc.tuple(who, call, net, turns).map((to) => client.askAndCut(...to)),
  fc.tuple(who, net).map((to) => client.unregister(...to)),
  fc.tuple(fc.constantFrom(OBSERVER, ...SUBJECTS), net).map((to) => client.holdOrRelease(...to)),
  fc.constantFrom(OBSERVER, ...SUBJECTS).map(client.speak),
  fc.tuple(who, net).map((to) => client.moderate(...to)),
  who.map(client.kick),
  who.map(client.close),
];

const faultSteps: fc.Arbitrary<Step>[] = [
  fc.tuple(who, policy).map((to) => fault.cut(...to)),
  fc.tuple(who, policy).map((to) => fault.freeze(...to)),
  who.map(fault.hint),
  fc
    .tuple(who, fc.constantFrom('requestLost', 'answerLost', 'confirmLost' as const))
    .map((to) => fault.spoiltResume(...to)),
  fc.tuple(who, turns).map((to) => fault.cutWhileBack(...to)),
  fc.constantFrom(500, 2_000, 10_000, fault.AFTER_EXPIRY_MS).map(fault.pass),
  fc.constant(fault.passUntilExpiry()),
  fc.tuple(net, fc.constantFrom('one', 'two', 'three')).map((to) => fault.topic(...to)),
  net.map(fault.flood),
  fc.constantFrom<fault.Restart>('killed', 'killedForAWhile', 'drained').map(fault.restart),
];

const thiefSteps: fc.Arbitrary<Step>[] = [
  fc.tuple(who, fc.constantFrom('oldest', 'latest' as const)).map((to) => thief.replay(...to)),
  fc.tuple(who, fc.boolean()).map((to) => thief.steal(...to)),
  who.map(thief.useOldToken),
  fc.constantFrom('closes', 'vanishes' as const).map(thief.thiefLeaves),
];

describe('A session, as a state machine', () => {
  const holdings = new ServerHoldings();

  before(() => holdings.watch());

  after(() => holdings.unwatch());

  it('is for server, client and everybody who sees it what the model says, and leaves nothing', async () => {
    const steps = fc.commands([...clientSteps, ...faultSteps, ...thiefSteps], {
      maxCommands: MAX_STEPS,
      size: 'max',
      ...(replay.replayPath === undefined ? {} : { replayPath: replay.replayPath }),
    });
    const { seed, path } = replay;
    await fc.assert(
      fc.asyncProperty(steps, async (commands) => {
        holdings.forget();
        const world = await World.open([OBSERVER, ...SUBJECTS]);
        const model = new SessionModel([OBSERVER, ...SUBJECTS]);
        try {
          for (const name of [OBSERVER, ...SUBJECTS]) await client.connect(name).run(model, world);
          await fc.asyncModelRun(() => ({ model, real: world }), commands);
          await expectNothingLeft(model, world, holdings);
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
