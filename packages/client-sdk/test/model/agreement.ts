import { expect } from 'chai';
import type { Actor } from './actor.js';
import { copyOf, describeScene } from './person.js';
import type { Lines } from './scene-change.js';
import type { Looseness, ModelClient } from './model-state.js';
import type { SessionModel } from './session-model.js';
import type { World } from './world.js';

const statuses = {
  out: ['disconnected', 'closed'],
  up: ['connected'],
  stalled: ['connected'],
  down: ['reconnecting'],
} as const;

/** Compares everything that can be seen with what the model says; the model is up to date after it. */
export function expectAgreement(model: SessionModel, world: World): void {
  expect(describeScene(world.scene()), 'the server').to.deep.equal(describeScene(model.scene()));
  for (const client of model.clients.values()) {
    const actor = world.actor(client.name);
    expectState(client, actor, world);
    expectLines(client, actor);
    expectTalk(client, actor);
    if (client.status === 'up') {
      expectScene(model, client, actor);
      const handles = world.holdings.talkHandles(world.session(client.session));
      expect(handles, `talk handles of ${client.name}`).to.equal(client.targets.size);
    }
    for (const { link } of actor.taps.slice(0, -1)) {
      expect(link.status, `a former connection of ${client.name}`).to.equal('closed');
    }
  }
  const present = Array.from(model.sessions.keys(), (label) => world.session(label));
  expect(present, 'who may have keys').to.include.members([...world.holdings.holders()]);
  const { thief } = world;
  expect(thief.status, 'the connection of the thief').to.equal(model.stolen ? 'open' : 'closed');
}

function expectState(client: ModelClient, actor: Actor, world: World): void {
  const { name, status, stopped, session } = client;
  expect(statuses[status], `state of ${name}`).to.include(actor.client.state.status);
  expect(actor.stopped, `why ${name} is out`).to.equal(stopped);
  const label = actor.session === null ? null : world.label(actor.session, name);
  expect(label, `session of ${name}`).to.equal(session);
  const { resyncs } = actor;
  if (client.resyncs) expect(resyncs, `resyncs of ${name}`).to.deep.equal(client.resyncs);
  actor.resyncs = [];
  client.resyncs = [];
}

function expectLines(client: ModelClient, actor: Actor): void {
  const { name, due, loose } = client;
  const told = actor.record.take();
  expect(actor.record.problems, `what ${name} was told wrongly`).to.deep.equal([]);
  if (client.status === 'stalled' || client.status === 'down') {
    expect([...told], `told to ${name}, who is not there`).to.deep.equal([]);
    return;
  }
  for (const label of new Set([...told.keys(), ...due.keys()])) {
    const how = loose.get(label) ?? null;
    const [seen, wanted] = [comparable(told, label, how), comparable(due, label, how)];
    expect(seen, `what ${name} was told of ${label}`).to.deep.equal(wanted);
  }
  client.due = new Map();
  client.loose = new Map();
}

function comparable(lines: Lines, label: string, how: Looseness | null): readonly unknown[] {
  const said = lines.get(label) ?? [];
  const isAway = (line: string): boolean => line === 'away' || line === 'back';
  switch (how) {
    case null:
      return said;
    case 'apart':
      // The order of a request and of the cut that hit it is nobody's.
      return [said.filter(isAway), said.filter((line) => !isAway(line))];
    case 'awayUnknown':
      return said.filter((line) => !isAway(line));
    case 'restored':
      return comings(said);
  }
}

/**
 * Of a session that is being restored, or has just been: flags come before, with or behind their
 * stay, as the observer happens to come. That none comes twice is seen by who folds the lines.
 */
function comings(said: readonly string[]): readonly string[] {
  const words = said
    .map((line) => line.split(' '))
    .filter(([what = '']) => ['joined', 'left', 'in', 'out'].includes(what))
    .map(([what, net]) => (what === 'in' || what === 'out' ? `${what} ${net}` : (what ?? '')));
  return [...new Set(words)].sort();
}

function expectScene(model: SessionModel, client: ModelClient, actor: Actor): void {
  const { name } = client;
  const scene = model.scene();
  const { record } = actor;
  expect(describeScene(record.scene()), `what ${name} sees`).to.deep.equal(describeScene(scene));
  const folded = describeScene(record.folded);
  expect(folded, `what ${name} was told, put together`).to.deep.equal(describeScene(scene));
  const own = model.own(client)?.person;
  const joined = actor.client.channels.joined.map(({ channel }) => channel.name);
  expect(joined, `channels of ${name}`).to.have.members([...(own?.stays.keys() ?? [])]);
  expect(actor.client.self?.muted, `mute of ${name}`).to.equal(own?.muted);
  client.known = copyOf(scene);
}

function expectTalk({ name, status, targets, held, heard }: ModelClient, actor: Actor): void {
  expect(actor.client.talk.targets, `targets of ${name}`).to.have.length(targets.size);
  for (const [net, target] of actor.targets) {
    const what = `target ${net} of ${name}`;
    expect(target.closed, `${what} closed`).to.equal(!targets.has(net));
    if (!targets.has(net)) continue;
    expect(target.started, `${what} held`).to.equal(held.has(net));
    if (status === 'up') expect(target.registered, `${what} registered`).to.equal(true);
  }
  expect(actor.heard, `frames that ${name} has heard`).to.equal(heard);
}
