import { expect } from 'chai';
import type { ModelSession } from './model-state.js';
import type { SessionModel } from './session-model.js';
import { clientStep, step, type Step } from './step.js';

function sessionOf(model: SessionModel, label: string | null): ModelSession | null {
  return (label === null ? undefined : model.sessions.get(label)) ?? null;
}

/** A token that was used and is spent comes again: the session ends, and both are told. */
export function replay(name: string, which: 'oldest' | 'latest'): Step {
  return clientStep(name, {
    text: `is robbed of its ${which} spent token, which is used`,
    may: ({ session }, _own, model) => {
      const found = sessionOf(model, session);
      // With nothing but its own connection the thief would have two.
      const isBusy = model.stolen !== null && model.stolen !== session;
      return found !== null && !isBusy && found.delivered > found.good;
    },
    predict: (model, client) => {
      const label = client.session as string;
      const { good } = sessionOf(model, label) as ModelSession;
      model.replay(client);
      return { label, good };
    },
    perform: async (world, actor, { label, good }) => {
      const session = world.session(label);
      const tokens = actor.tokens.get(session) ?? [];
      const token = which === 'oldest' ? tokens[0] : tokens.at(-1 - good);
      world.thief.attack(world.transport, token as string, actor.instances.get(session) as string);
      await world.quiet();
      expect(world.thief.theft).to.deep.equal({ session: null, refusal: 'TOKEN_REUSED' });
    },
  });
}

/** Its newest token in other hands: another instance of the client, or somebody who has all of it. */
export function steal(name: string, isSameInstance: boolean): Step {
  return clientStep(name, {
    text: `is ${isSameInstance ? 'impersonated' : 'succeeded by another instance'}`,
    may: (_client, own, { stolen }) => own !== null && stolen === null,
    predict: (model, client, own) => {
      model.steal(client, isSameInstance);
      return own.label;
    },
    perform: async (world, actor, label) => {
      const session = world.session(label);
      const token = actor.tokens.get(session)?.at(-1) as string;
      const instance = isSameInstance ? (actor.instances.get(session) as string) : 'x'.repeat(22);
      world.thief.attack(world.transport, token, instance);
      await world.quiet();
      expect(world.thief.theft.refusal).to.equal(null);
    },
  });
}

/** A token of a session that has ended leads nowhere, whatever it was. */
export function useOldToken(name: string): Step {
  return clientStep(name, {
    text: 'is robbed of a token of a session that is over',
    may: (_client, _own, { stolen }) => stolen === null,
    predict: (model) => new Set(model.sessions.keys()),
    perform: async (world, actor, present) => {
      const over = [...actor.tokens].filter(
        ([session]) => !present.has(world.label(session, name)),
      );
      const [session, tokens] = over.at(-1) ?? ['', ['A'.repeat(43)]];
      const instance = actor.instances.get(session) ?? 'x'.repeat(22);
      world.thief.attack(world.transport, tokens.at(-1) as string, instance);
      await world.quiet();
      expect(world.thief.theft.session).to.equal(null);
      expect(world.thief.theft.refusal).to.be.oneOf([
        ...['SESSION_UNKNOWN', 'TOKEN_REUSED', 'KICKED', 'DISPLACED', 'SESSION_CLOSED'],
      ]);
      world.thief.giveUp();
    },
  });
}

export function thiefLeaves(how: 'closes' | 'vanishes'): Step {
  return step({
    text: `the thief ${how}`,
    may: ({ stolen }) => stolen !== null,
    predict: (model) => {
      const session = sessionOf(model, model.stolen) as ModelSession;
      model.stolen = null;
      if (how === 'closes') model.end(session, 'gone', 'left');
      else model.detach(session, model.now, model.now);
    },
    perform: async ({ thief }) => {
      if (how === 'closes') thief.endSession();
      else thief.cut();
    },
  });
}
