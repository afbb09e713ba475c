import { expect } from 'chai';
import type { Policy } from './actor.js';
import type { ResumeFault } from './control-tap.js';
import type { Net } from './person.js';
import { RESUME_TIMEOUT_MS } from './model-state.js';
import { clientStep, isNothingHalfOpen, isUp, step, type Step } from './step.js';

const HINT_TIMEOUT_MS = 1_001;
/** As many payloads as the server keeps for who is away, and one more. */
const FLOOD = 300;
const LONG = 1_000;
const DOWN_MS = 3_000;
/** The longest that a server which stops tells so few to stay away. */
const DRAIN_MS = 5_001;

export function cut(name: string, policy: Policy): Step {
  return clientStep(name, {
    text: `is cut off, to come back: ${policy}`,
    may: isUp,
    predict: (model, client) => {
      client.policy = policy;
      model.cut(client);
    },
    perform: (_world, actor) => {
      actor.policy = policy;
      actor.tap.link.cut();
    },
  });
}

export function freeze(name: string, policy: Policy): Step {
  return clientStep(name, {
    text: `has a connection that is half-open, to come back: ${policy}`,
    may: (client, _own, model) => isUp(client) && isNothingHalfOpen(model),
    predict: (model, client) => {
      client.policy = policy;
      model.freeze(client);
    },
    perform: (_world, actor) => {
      actor.policy = policy;
      actor.tap.link.freeze();
    },
  });
}

/** Ends a wait, displaces what is half-open, and leaves alone what works. */
export function hint(name: string): Step {
  return clientStep(name, {
    text: 'hears of another network',
    may: ({ status }) => status !== 'out',
    predict: (model, client) => {
      if (client.status === 'down') {
        model.comeBack(client);
        return 0;
      }
      if (client.status === 'up') return 0;
      model.abandon(client);
      return model.pass(HINT_TIMEOUT_MS);
    },
    perform: (world, { client }, ms) => {
      client.hintNetworkChanged();
      return world.pass(ms);
    },
  });
}

/** An attempt that the network spoils: the session is where it was, and so is the client. */
export function spoiltResume(name: string, fault: ResumeFault): Step {
  return clientStep(name, {
    text: `comes back in vain: ${fault}`,
    may: ({ status }, own) => status === 'down' && own !== null,
    predict: (model, client, own) => {
      client.policy = 'later';
      if (fault === 'requestLost') return;
      own.halfOpenSince = null;
      if (own.person.away) {
        own.person.away = false;
        model.tell(own.label, 'back');
      }
      model.detach(own, model.now, model.now);
      if (fault === 'answerLost') return;
      // The one before is good as well, because nobody knows whether this one arrived.
      own.delivered += 1;
      own.good = 2;
      client.resyncs?.push(client.overflown);
    },
    perform: async (world, actor) => {
      actor.policy = 'later';
      actor.fault = fault;
      actor.client.hintNetworkChanged();
      await world.quiet();
      actor.fault = null;
      const { link } = actor.tap;
      if (fault === 'answerLost') expect(link.status, 'the fault has struck').to.equal('open');
      link.cut();
    },
  });
}

/** Cut again, anywhere in the middle of a resume, and then left in peace. */
export function cutWhileBack(name: string, turns: number): Step {
  return clientStep(name, {
    text: `comes back, and is cut ${turns} turns later`,
    may: ({ status, overflown }, own) => status === 'down' && own !== null && !overflown,
    predict: (model, client, own) => {
      client.policy = 'now';
      model.comeBack(client);
      model.loosen(own.label, 'awayUnknown');
      client.resyncs = null;
    },
    perform: async (world, actor) => {
      actor.policy = 'now';
      actor.client.hintNetworkChanged();
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      actor.tap.link.cut();
      await world.quiet();
    },
  });
}

export function pass(ms: number): Step {
  return step({
    text: `${ms} ms pass`,
    may: () => true,
    predict: (model) => model.pass(ms),
    perform: (world, planned) => world.pass(planned),
  });
}

/** Just before and just after the end of the time of who is away. */
export function passUntilExpiry(): Step {
  return step({
    text: 'time passes until a session may end',
    may: ({ sessions }) => [...sessions.values()].some(({ expires }) => expires !== null),
    predict: (model) => {
      const ends = [...model.sessions.values()].flatMap(({ expires }) => expires?.to ?? []);
      return model.pass(Math.max(0, Math.min(...ends) - model.now));
    },
    perform: (world, planned) => world.pass(planned),
  });
}

export function topic(net: Net, text: string): Step {
  return step({
    text: `the topic of ${net} becomes ${text}`,
    may: ({ topics }) => topics.get(net) !== text,
    predict: (model) => model.setTopic(net, text),
    perform: async (world) => {
      await world.organization.channels.update(world.channel(net), { topic: text });
    },
  });
}

/** More than the server keeps for who is away. */
export function flood(net: Net): Step {
  const texts = Array.from({ length: FLOOD }, (_, n) => `${n}`.padEnd(LONG, '.'));
  return step({
    text: `the topic of ${net} changes all the time`,
    // It takes its time, and shows nothing where nobody is away.
    may: (model) =>
      model.topics.get(net) !== texts[0] &&
      [...model.clients.values()].some((client) => client.status !== 'up' && model.own(client)),
    predict: (model) => {
      for (const text of texts) model.setTopic(net, text);
      for (const client of model.clients.values()) {
        if (client.status !== 'up' && model.own(client)) client.overflown = true;
      }
    },
    perform: async (world) => {
      const { channels } = world.organization;
      for (const text of texts) await channels.update(world.channel(net), { topic: text });
    },
  });
}

/** How a server goes away, and for how long. */
export type Restart = 'killed' | 'killedForAWhile' | 'drained';

export function restart(how: Restart): Step {
  return step({
    text: `the server is ${how} and started again`,
    may: isNothingHalfOpen,
    predict: (model) => {
      for (const label of model.sessions.keys()) model.loosen(label, 'restored');
      // Who is told to go hears of those who went first, and does not stay away with half of it.
      for (const client of model.clients.values()) if (isUp(client)) client.policy = 'now';
      model.restart();
      return model.pass(DOWN_MS + DRAIN_MS);
    },
    perform: async (world, ms) => {
      for (const actor of world.actors.values()) {
        if (actor.client.state.status === 'connected') actor.policy = 'now';
      }
      await (how === 'drained' ? world.drain() : world.stop());
      if (how === 'killedForAWhile') await world.clock.advanceAsync(DOWN_MS);
      await world.start();
      await world.pass(how === 'killedForAWhile' ? ms - DOWN_MS : ms);
    },
  });
}

export const AFTER_EXPIRY_MS: number = RESUME_TIMEOUT_MS + 1_000;
