import type * as fc from 'fast-check';
import { expectAgreement } from './agreement.js';
import type { Actor } from './actor.js';
import type { ModelClient, ModelSession } from './model-state.js';
import type { SessionModel } from './session-model.js';
import type { World } from './world.js';

export type Step = fc.AsyncCommand<SessionModel, World>;

interface StepParts<T> {
  /** As it stands in the report of a failure. */
  readonly text: string;
  readonly may: (model: SessionModel) => boolean;
  /** What it does to the model; what `perform` has to know of that. */
  readonly predict: (model: SessionModel) => T;
  readonly perform: (world: World, predicted: T) => Promise<void> | void;
}

/** One thing that happens, whole: before and after it nothing is on its way. */
export function step<T>({ text, may, predict, perform }: StepParts<T>): Step {
  return {
    // fast-check hands it over as read-only; classes with private fields are not made so by a mapped type.
    check: (model) => may(model as SessionModel),
    run: async (model, world) => {
      const predicted = predict(model);
      await perform(world, predicted);
      await world.quiet();
      expectAgreement(model, world);
    },
    toString: () => text,
  };
}

interface ClientStepParts<T> {
  readonly text: string;
  readonly may: (client: ModelClient, own: ModelSession | null, model: SessionModel) => boolean;
  readonly predict: (model: SessionModel, client: ModelClient, own: ModelSession) => T;
  readonly perform: (world: World, actor: Actor, predicted: T) => Promise<void> | void;
}

/** The same of one client. `own` may be used where `may` has asked for it. */
export function clientStep<T>(name: string, parts: ClientStepParts<T>): Step {
  const { text, may, predict, perform } = parts;
  return step({
    text: `${name} ${text}`,
    may: (model) => may(model.client(name), model.own(model.client(name)), model),
    predict: (model) => {
      const client = model.client(name);
      return predict(model, client, model.own(client) as ModelSession);
    },
    perform: (world, predicted) => perform(world, world.actor(name), predicted),
  });
}

export function isUp({ status }: ModelClient): boolean {
  return status === 'up';
}

/** One half-open connection at a time: the moments of two in doubt would never end. */
export function isNothingHalfOpen(model: SessionModel): boolean {
  for (const { status } of model.clients.values()) if (status === 'stalled') return false;
  for (const { halfOpenSince } of model.sessions.values()) if (halfOpenSince !== null) return false;
  return true;
}
