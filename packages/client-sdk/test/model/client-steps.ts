import { expect } from 'chai';
import { flatFrame } from '../support/passthrough-codec.js';
import { outcomeOf, type Actor } from './actor.js';
import type { Net } from './person.js';
import type { ModelClient, ModelSession } from './model-state.js';
import type { SessionModel } from './session-model.js';
import { clientStep, isUp, type Step } from './step.js';
import type { World } from './world.js';

const FRAMES = 3;
const FRAME_MS = 20;
/** Behind the last frame, for those on their way. */
const TAIL_MS = 40;
const CLOSE_TIMEOUT_MS = 1_000;

export function connect(name: string): Step {
  return clientStep(name, {
    text: 'connects',
    may: ({ status }) => status === 'out',
    predict: (model, client) => {
      const isClosed = client.stopped === 'closed';
      if (isClosed) client.heard = 0;
      client.policy = 'now';
      model.connect(client);
      return isClosed;
    },
    perform: (world, former, isClosed) => {
      const actor = isClosed ? world.replace(name) : former;
      actor.policy = 'now';
      actor.targets.clear();
      return world.answer(actor.client.connect());
    },
  });
}

export function close(name: string): Step {
  return clientStep(name, {
    text: 'closes',
    may: ({ stopped }) => stopped !== 'closed',
    predict: (model, client) => {
      const isStalled = client.status === 'stalled';
      // In memory the client's last word overtakes the turn in which the server ends the session.
      if (!isStalled) model.loosen(client.session, 'awayUnknown');
      model.close(client);
      return isStalled ? model.pass(CLOSE_TIMEOUT_MS) : 0;
    },
    perform: async (world, { client }, ms) => {
      const closed = client.close();
      if (ms > 0) await world.pass(ms);
      await world.answer(closed);
    },
  });
}

export type Call = 'join' | 'leave' | 'muteThere' | 'muteEverywhere' | 'register';

function mayCall(call: Call, net: Net, client: ModelClient, own: ModelSession): boolean {
  const isIn = own.person.stays.has(net);
  if (call === 'muteEverywhere') return true;
  if (call === 'join') return !isIn;
  return isIn && (call === 'muteThere' || !client.targets.has(net));
}

function predictCall(
  call: Call,
  net: Net,
  model: SessionModel,
  client: ModelClient,
  own: ModelSession,
): void {
  switch (call) {
    case 'join':
      return model.setStay(own, net, '');
    case 'leave':
      return model.leave(own, net);
    case 'muteThere':
      return model.setStay(own, net, toggled(own.person.stays.get(net) ?? '', 'm'));
    case 'muteEverywhere':
      return model.setMuted(own, !own.person.muted);
    case 'register':
      client.targets.add(net);
  }
}

async function make(call: Call, net: Net, actor: Actor): Promise<void> {
  const { client, targets } = actor;
  const membership = client.channels.find(net)?.membership;
  switch (call) {
    case 'join':
      return void (await client.channels.join(net));
    case 'leave':
      return membership?.leave();
    case 'muteThere':
      return membership?.setMuted(!membership.muted);
    case 'muteEverywhere':
      return client.setMuted(!client.self?.muted);
    case 'register':
      targets.set(net, (await membership?.talk()) as never);
  }
}

export function ask(name: string, call: Call, net: Net): Step {
  return clientStep(name, {
    text: `asks: ${call} ${net}`,
    may: (client, own) => isUp(client) && own !== null && mayCall(call, net, client, own),
    predict: (model, client, own) => predictCall(call, net, model, client, own),
    perform: (world, actor) => world.answer(make(call, net, actor)),
  });
}

/** The request is sent, at work, or answered when the connection ends: it is done once. */
export function askAndCut(name: string, call: Call, net: Net, turns: number): Step {
  return clientStep(name, {
    text: `asks: ${call} ${net}, and is cut ${turns} turns later`,
    may: (client, own) => isUp(client) && own !== null && mayCall(call, net, client, own),
    predict: (model, client, own) => {
      client.policy = 'now';
      predictCall(call, net, model, client, own);
      model.cut(client);
      model.loosen(own.label, 'apart');
    },
    perform: async (world, actor) => {
      actor.policy = 'now';
      const asked = outcomeOf(make(call, net, actor));
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      actor.tap.link.cut();
      expect(await world.answer(asked)).to.equal('done');
    },
  });
}

/** Joins, registers and presses the key: without it too few runs get as far as to speak. */
export function settleIn(name: string, net: Net): Step {
  return clientStep(name, {
    text: `is in ${net} with the key pressed`,
    may: (client, own) => isUp(client) && own !== null && !client.held.has(net),
    predict: (model, client, own) => {
      const calls: Call[] = [];
      for (const call of ['join', 'register'] as const) {
        if (!mayCall(call, net, client, own)) continue;
        predictCall(call, net, model, client, own);
        calls.push(call);
      }
      client.held.add(net);
      return calls;
    },
    perform: async (world, actor, calls) => {
      for (const call of calls) await world.answer(make(call, net, actor));
      actor.targets.get(net)?.start();
    },
  });
}

/** The target of a whisper among those of nets. */
export const WHISPER = 'whisper';

/** Has a route of its own, whose key goes to somebody who is in no net. */
export function whisper(name: string, to: string): Step {
  return clientStep(name, {
    text: `registers a whisper to ${to}`,
    may: (client, own, model) =>
      isUp(client) && own !== null && !client.targets.has(WHISPER) && isUp(model.client(to)),
    predict: (_model, { targets }) => void targets.add(WHISPER),
    perform: async (world, { client, targets }) => {
      const listener = world.actor(to).client.self;
      targets.set(WHISPER, await world.answer(client.whisper([listener?.userId ?? ''])));
    },
  });
}

export function unregister(name: string, at: Net | typeof WHISPER): Step {
  return clientStep(name, {
    text: `unregisters ${at}`,
    may: (client) => isUp(client) && client.targets.has(at),
    predict: (_model, client) => {
      client.targets.delete(at);
      client.held.delete(at);
    },
    perform: (world, { targets }) => world.answer(targets.get(at)?.unregister() as Promise<void>),
  });
}

export function holdOrRelease(name: string, net: Net): Step {
  return clientStep(name, {
    text: `presses or releases the key of ${net}`,
    may: ({ targets }) => targets.has(net),
    predict: (_model, { held }) => {
      if (held.delete(net)) return false;
      held.add(net);
      return true;
    },
    perform: (_world, { targets }, isHeld) => {
      const target = targets.get(net);
      if (isHeld) target?.start();
      else target?.stop();
    },
  });
}

export function speak(name: string): Step {
  return clientStep(name, {
    text: 'speaks',
    may: (client) => isUp(client) && client.held.size > 0,
    predict: (model, client) => {
      model.speak(client, FRAMES);
      return model.pass(FRAMES * FRAME_MS + TAIL_MS);
    },
    perform: async (world, { client }, ms) => {
      for (let frame = 0; frame < FRAMES; frame++) {
        client.talk.source().write(flatFrame(10));
        await world.pass(FRAME_MS);
      }
      await world.pass(ms - FRAMES * FRAME_MS);
    },
  });
}

export function moderate(name: string, net: Net): Step {
  return clientStep(name, {
    text: `is muted or unmuted in ${net} by a moderator`,
    may: (_client, own) => own?.person.stays.has(net) ?? false,
    predict: (model, _client, own) => {
      const flags = toggled(own.person.stays.get(net) ?? '', 'M');
      model.setStay(own, net, flags);
      return { label: own.label, muted: flags.includes('M') };
    },
    perform: (world, _actor, { label, muted }) =>
      world.organization.participants.mute(world.session(label), world.channel(net), muted),
  });
}

export function kick(name: string): Step {
  return clientStep(name, {
    text: 'is kicked',
    may: (_client, own) => own !== null,
    predict: (model, client, own) => {
      model.kick(client);
      return own.label;
    },
    perform: (world: World, _actor, label) =>
      world.organization.participants.kick(world.session(label)),
  });
}

function toggled(flags: string, flag: 'm' | 'M'): string {
  const own = flags.includes('m') !== (flag === 'm');
  const moderated = flags.includes('M') !== (flag === 'M');
  return (own ? 'm' : '') + (moderated ? 'M' : '');
}
