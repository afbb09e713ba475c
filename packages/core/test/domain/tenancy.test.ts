import { randomUUID } from 'node:crypto';
import type { MethodName } from '@sidetone/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { everythingAllowed } from './everything-allowed.js';
import { asks, type Ids } from './asks.js';
import { enterAs, knownPeople } from './known-people.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { Refused, type TestPeer } from './test-peer.js';

/** They name nothing, or (a whisper) what may be there or not all the same. */
const harmless: readonly MethodName[] = [
  ...(['session.authenticate', 'session.resume', 'session.close', 'session.setState'] as const),
  ...([
    'voice.report',
    'voice.setPath',
    'settings.get',
    'settings.put',
    'organization.list',
  ] as const),
];

async function populate(door: OpenDoor, organization: string): Promise<[TestPeer, Ids]> {
  const { channels } = door.server.organization(organization);
  const { id: channel } = await channels.create({ name: 'Lobby' });
  const user = randomUUID();
  const peer = await enterAs(door, { userId: user }, organization, '203.0.113.5');
  const { keys } = await peer.request('channel.join', { channel });
  const { target } = await peer.request('talk.register', { target: { channels: [channel] } });
  const route = keys[0]?.route.id ?? expect.fail('no route');
  return [peer, { channel, session: peer.session, user, target, route }];
}

describe('Organizations on one server', () => {
  it('cover every command in this test', async () => {
    const { methods } = await import('@sidetone/protocol');
    const named = new Set([...asks.map(([method]) => method), ...harmless]);
    expect([...named].sort()).to.deep.equal(Object.keys(methods).sort());
  });

  it('answer for what is in another one as for what is nowhere, and nothing there changes', async () => {
    const limits = { commandBurst: 1000, commandsPerSecond: 1000 };
    const door = await openDoor([knownPeople(), everythingAllowed], { limits });
    const names = ['Alpha', 'Beta', 'Gamma'];
    const places: [TestPeer, Ids][] = [];
    for (const name of names) {
      await door.server.organizations.create({ name, admission: 'open' });
      places.push(await populate(door, name));
    }
    await settle();
    const state = (): unknown =>
      names.map((name) => {
        const { channels, participants, bans } = door.server.organization(name);
        const people = participants.list().map(({ memberships, ...it }) => [it, [...memberships]]);
        return [channels.list(), people, bans.list()];
      });
    const before = JSON.stringify(state());
    const heard = (): number[] => places.map(([peer]) => peer.notifications.length);
    const heardBefore = heard();
    const pair = fc.constantFrom([0, 1], [0, 2], [1, 0], [1, 2], [2, 0], [2, 1]);
    await fc.assert(
      fc.asyncProperty(pair, fc.nat(asks.length - 1), async ([mine = 0, theirs = 0], index) => {
        const [method, params] = asks[index] ?? expect.fail();
        const [peer, own] = places[mine] ?? expect.fail();
        const [, foreign] = places[theirs] ?? expect.fail();
        const nowhere = { ...own };
        for (const key of Object.keys(nowhere) as (keyof Ids)[]) {
          Object.assign(nowhere, { [key]: randomUUID() });
        }
        const answer = async (ids: Ids): Promise<string> => {
          const refusal = await peer.ask(method, params(ids, own)).catch((error: unknown) => error);
          if (!(refusal instanceof Refused)) expect.fail(`${method} was not refused`);
          const text = JSON.stringify(refusal.body);
          return Object.entries(ids).reduce((all, [key, id]) => all.replaceAll(id, key), text);
        };
        expect(await answer(foreign)).to.equal(await answer(nowhere));
        door.clock.advance(1000);
      }),
      { numRuns: 200 },
    );
    expect(JSON.stringify(state())).to.equal(before);
    const ticks = places.map(([peer]) => peer.heard('tick').length);
    expect(heard().map((count, index) => count - (ticks[index] ?? 0))).to.deep.equal(heardBefore);
    await door.server.stop();
  });

  it('have whispers of their own, though one user is in both', async () => {
    const door = await openDoor([knownPeople(), everythingAllowed]);
    const user = randomUUID();
    await door.server.organizations.create({ name: 'Alpha', admission: 'open' });
    await door.server.organizations.create({ name: 'Beta', admission: 'open' });
    const talker = await enterAs(door, { userId: randomUUID() }, 'Alpha');
    const there = await enterAs(door, { userId: user }, 'Beta');
    const here = await enterAs(door, { userId: user }, 'Alpha');
    await talker.request('talk.register', { target: { users: [user] } });
    await settle();
    expect([here.installed.length, there.installed.length]).to.deep.equal([1, 0]);
    await door.server.stop();
  });
});
