import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { methods } from '@sidetone/protocol';
import { Authenticator, PasswordHasher, RoleStore, type Plugin } from '@sidetone/core';
import { acl } from '@sidetone/plugin-acl';
import { password } from '@sidetone/plugin-password';
import { expect } from 'chai';
import { openDoor, settle, type OpenDoor } from '../../packages/core/test/domain/open-door.js';
import { Refused } from '../../packages/core/test/domain/test-peer.js';
import { ScriptedPolicy } from '../../packages/core/test/double/scripted-policy.js';
import { coreDeniedPaths } from './core-denied-paths.js';
import type { DeniedCase, DeniedScene } from './denied-case.js';
import { pluginDeniedPaths } from './plugin-denied-paths.js';

/** Plugins that add methods; the others add none, which is looked at. */
const withMethods: Readonly<Record<string, () => Plugin>> = {
  'plugin-acl': () => acl(),
  'plugin-password': () => password(),
};

const limits = { commandBurst: 1000, commandsPerSecond: 1000 };

/** Everything but what Ann is denied. */
class OneWithout extends ScriptedPolicy {
  hidden = '';
  denied = new Set<string>();

  constructor() {
    super(({ identity }, permission, { channelId }) => {
      if (identity.displayName !== 'Ann') return true;
      return permission === 'VIEW' ? channelId !== this.hidden : !this.denied.has(permission);
    });
  }
}

/** The plugins with methods, and a way in for guests beside theirs. */
const everyPlugin = (): readonly Plugin[] => [
  ...Object.values(withMethods).map((plugin) => plugin()),
  {
    name: 'guests',
    version: '1.0.0',
    provides: [Authenticator],
    setup: (ctx) =>
      ctx.provide(Authenticator, () => ({
        method: 'guest',
        authenticate: ({ name }) => {
          const identity = { userId: randomUUID(), displayName: String(name), guest: true };
          return Promise.resolve({ ok: true, identity });
        },
      })),
  },
];

const hasher: Plugin = {
  name: 'hasher',
  version: '1.0.0',
  provides: [PasswordHasher],
  setup: (ctx) =>
    ctx.provide(PasswordHasher, () => ({
      hash: (text) => Promise.resolve(`#${text}`),
      verify: () => Promise.resolve({ ok: false, outdated: false }),
    })),
};

async function createScene(
  door: OpenDoor,
  hide: (channelId: string) => void,
): Promise<DeniedScene> {
  const { channels, participants, patches } = door.server.organization();
  const [own, other, hidden, full, locked] = (await Promise.all([
    channels.create({ name: 'Own' }),
    channels.create({ name: 'Other' }),
    channels.create({ name: 'Hidden' }),
    channels.create({ name: 'Full', participantLimit: 1 }),
    channels.create({ name: 'Locked', password: 'word' }),
  ])) as [{ id: string }, { id: string }, { id: string }, { id: string }, { id: string }];
  hide(hidden.id);
  const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
  await ann.request('channel.join', { channel: own.id });
  const { keys } = await bob.request('channel.join', { channel: own.id });
  await bob.request('channel.join', { channel: full.id });
  const registered = await bob.request('talk.register', { target: { users: [randomUUID()] } });
  const patch = await patches.create({ channels: [own.id, other.id] });
  expect(keys).to.have.lengthOf(1);
  return {
    ...{ ann, stranger: door.connect(), self: ann.session, session: bob.session },
    user: participants.get(bob.session)?.user.id ?? '',
    ...{ own: own.id, other: other.id, hidden: hidden.id, full: full.id, locked: locked.id },
    ...{ target: registered.target, route: registered.handles[0]?.route.id ?? '' },
    ...{ patch: patch.id, role: randomUUID() },
  };
}

async function refusal(one: DeniedCase, scene: DeniedScene): Promise<Refused> {
  const peer = scene[one.by ?? 'ann'];
  const params = one.params?.(scene) ?? {};
  const answer = await peer.ask(one.method, params).catch((error: unknown) => error);
  if (answer instanceof Refused) return answer;
  return expect.fail(`${one.method} was not refused: ${JSON.stringify(answer)}`);
}

const nameOf = (one: DeniedCase): string =>
  'needs' in one ? `${one.method} without ${one.needs}` : `${one.method} (${one.free})`;

/** All that a refused command must leave as it is. */
function stateOf({ server }: OpenDoor): string {
  const { channels, participants, bans, patches } = server.organization();
  const people = participants
    .list()
    .map((each) => ({ ...each, memberships: [...each.memberships] }));
  return JSON.stringify([channels.list(), people, bans.list(), patches.list()]);
}

describe('The denied path', () => {
  it('is there for every method of the protocol', () => {
    const covered = new Set(coreDeniedPaths.map(({ method }) => method));
    expect([...covered].sort()).to.deep.equal(Object.keys(methods).sort());
  });

  it('is there for every method of a plugin of this repository', async () => {
    const packages = await readdir(new URL('../../packages', import.meta.url));
    const adding = await Promise.all(
      packages
        .filter((name) => name.startsWith('plugin-'))
        .map(async (name) => ((await addsMethods(name)) ? name : null)),
    );
    expect(adding.filter((name) => name !== null).sort()).to.deep.equal(
      Object.keys(withMethods).sort(),
    );
    const door = await openDoor(everyPlugin(), { limits });
    const [hello] = door.connect().heard('hello') as [{ features: string[] }];
    const ann = await door.enter('Ann');
    const found: string[] = [];
    for (const name of hello.features) {
      const answer = await ann.ask(name, {}).catch((error: unknown) => error);
      // Events are features as well.
      if (!(answer instanceof Refused) || answer.code !== 'METHOD_NOT_FOUND') found.push(name);
    }
    await door.server.stop();
    const covered = new Set(pluginDeniedPaths.map(({ method }) => method));
    expect([...covered].sort()).to.deep.equal(found.sort());
  });

  describe('of the protocol', () => {
    let door: OpenDoor;
    let policy: OneWithout;
    let scene: DeniedScene;

    before(async () => {
      policy = new OneWithout();
      door = await openDoor([policy.plugin, hasher], { limits });
      scene = await createScene(door, (id) => (policy.hidden = id));
    });

    after(() => door.server.stop());

    for (const one of coreDeniedPaths) {
      it(`is taken by ${nameOf(one)}`, async () => {
        policy.denied = new Set('needs' in one ? [one.needs] : ['BYPASS_LIMIT', 'BYPASS_PASSWORD']);
        const before = stateOf(door);
        const refused = await refusal(one, scene);
        expect(refused.code).to.equal('needs' in one ? 'ACCESS_DENIED' : one.code);
        await settle();
        expect(stateOf(door)).to.equal(before);
        if (!('needs' in one) || one.method === 'talk.register') return;
        expect(refused.body.data?.details).to.deep.equal({ permission: one.needs });
      });
    }
  });

  describe('of plugins', () => {
    let door: OpenDoor;
    let scene: DeniedScene;

    before(async () => {
      let roles: RoleStore | undefined;
      const peek: Plugin = {
        name: 'peek',
        version: '1.0.0',
        setup: (ctx) => ctx.onReady(() => void (roles = ctx.get(RoleStore))),
      };
      door = await openDoor([...everyPlugin(), peek], { limits });
      const all = await roles?.load(door.server.organization().id);
      scene = { ...(await createScene(door, () => {})), role: all?.roles[0]?.id ?? '' };
    });

    after(() => door.server.stop());

    for (const one of pluginDeniedPaths) {
      it(`is taken by ${nameOf(one)}`, async () => {
        const refused = await refusal(one, scene);
        expect(refused.code, refused.message).to.equal('needs' in one ? 'ACCESS_DENIED' : one.code);
      });
    }
  });
});

async function addsMethods(name: string): Promise<boolean> {
  const folder = new URL(`../../packages/${name}/src/`, import.meta.url);
  const files = await readdir(folder, { recursive: true });
  const texts = await Promise.all(
    files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFile(new URL(file, folder), 'utf8')),
  );
  return texts.some((text) => /\b(context|ctx)\.method\(/.test(text));
}
