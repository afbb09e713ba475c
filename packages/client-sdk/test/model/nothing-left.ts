import { expect } from 'chai';
import { close } from './client-steps.js';
import { AFTER_EXPIRY_MS, pass } from './fault-steps.js';
import { NETS } from './person.js';
import type { SessionModel } from './session-model.js';
import { thiefLeaves } from './thief-steps.js';
import type { World } from './world.js';

/** Everybody goes, the time of every session is over: nothing is left of them, here or there. */
export async function expectNothingLeft(model: SessionModel, world: World): Promise<void> {
  if (model.stolen !== null) await thiefLeaves('closes').run(model, world);
  // Those first whose end others' whispers outlive.
  for (const client of [...model.clients.values()].reverse()) {
    const step = close(client.name);
    if (step.check(model)) await step.run(model, world);
  }
  for (let minute = 0; minute < 2; minute++) await pass(AFTER_EXPIRY_MS).run(model, world);
  // What the server remembers of ends is forgotten when the next one asks.
  world.thief.attack(world.transport, 'A'.repeat(43), 'x'.repeat(22));
  await world.quiet();
  world.thief.giveUp();
  await world.quiet();
  expect(model.sessions.size, 'sessions in the model').to.equal(0);
  expect(world.holdings.left({ handles: NETS.length }), 'left on the server').to.deep.equal([]);
  expect(world.transport.links, 'connections of the server').to.have.length(0);
  expect(world.serverClock.pending, 'timers of the server').to.equal(world.idleTimers);
  for (const { name, clock, taps, codec, holds } of [...world.former, ...world.actors.values()]) {
    expect(clock.pending, `timers of ${name}`).to.equal(0);
    expect(holds, `programs that ${name} keeps running`).to.equal(0);
    expect(codec.open, `codecs of ${name}`).to.deep.equal({ encoders: 0, decoders: 0 });
    const open = taps.filter(({ link }) => link.status !== 'closed');
    expect(open, `connections of ${name}`).to.have.length(0);
  }
}
