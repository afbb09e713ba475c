import { randomBytes, randomUUID } from 'node:crypto';
import { methods } from '@sidetone/protocol';
import { expect } from 'chai';
import { Type } from 'typebox';
import { commands } from '../../src/command/command-pipeline.js';
import { type GuardRequest, type Plugin } from '../../src/index.js';
import { everythingAllowed } from './everything-allowed.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { refusalOf, type Refused } from './test-peer.js';

/** A plugin that writes down what it is asked, and has a say in everything. */
function counter(mutates: boolean): Plugin & {
  readonly calls: unknown[];
  readonly guarded: GuardRequest[];
} {
  const calls: unknown[] = [];
  const guarded: GuardRequest[] = [];
  return {
    name: 'counter',
    version: '1.0.0',
    calls,
    guarded,
    setup(ctx) {
      for (const command of ['channel.create', 'channel.join', 'counter.add']) {
        ctx.guard(command, (request) => {
          guarded.push(request);
          return { allow: true };
        });
      }
      ctx.method(
        'counter.add',
        {
          params: Type.Object({ by: Type.Integer() }, { additionalProperties: mutates === false }),
          result: Type.Object({ calls: Type.Integer() }),
          mutates,
        },
        (params) => ({ calls: calls.push(params) }),
      );
    },
  };
}

describe('A request that carries a key', () => {
  let door: OpenDoor;
  let plugin: ReturnType<typeof counter>;

  beforeEach(async () => {
    plugin = counter(true);
    door = await openDoor([plugin, everythingAllowed], { limits: { commandBurst: 1000 } });
  });

  afterEach(() => door.server.stop());

  const lobby = (): string => door.server.organization().channels.find('Lobby')?.id ?? 'none';

  it('can be any of those that change something, and no other', () => {
    const keyed = Object.entries(methods)
      .filter(([, { params }]) => 'key' in params.properties)
      .map(([name]) => name);
    const readers = [
      ...['session.authenticate', 'session.resume', 'keys.fetch'],
      ...['settings.get', 'organization.list', 'access.explain', 'access.list'],
      'voice.report',
    ];
    expect([...keyed, ...readers].sort()).to.deep.equal(Object.keys(methods).sort());
    for (const name of keyed) expect(commands).to.have.property(name);
  });

  it('makes its change once, and the repeat gets the same answer', async () => {
    const ann = await door.enter('Ann');
    const params = { parent: null, name: 'Ops', temporary: true, key: randomUUID() };
    const first = await ann.request('channel.create', params);
    expect(await ann.request('channel.create', params)).to.deep.equal(first);
    expect(ann.events.filter(({ method }) => method === 'channelCreated')).to.have.lengthOf(1);
    expect(await refusalOf(ann.request('channel.create', { ...params, name: 'Other' }))).to.equal(
      'INVALID_PARAMS',
    );
    expect(
      await refusalOf(ann.request('channel.create', { ...params, key: randomUUID() })),
    ).to.equal('ALREADY_EXISTS');
  });

  it('is known to its session alone', async () => {
    const ann = await door.enter('Ann');
    const ben = await door.enter('Ben');
    const params = { parent: null, name: 'Ops', temporary: true, key: randomUUID() };
    await ann.request('channel.create', params);
    expect(await refusalOf(ben.request('channel.create', params))).to.equal('ALREADY_EXISTS');
  });

  it('is carried out once when both come before the first has its turn', async () => {
    const ann = await door.enter('Ann');
    const params = { parent: null, name: 'Ops', temporary: true, key: randomUUID() };
    const [first, second] = await Promise.all([
      ann.request('channel.create', params),
      ann.request('channel.create', params),
    ]);
    expect(second).to.deep.equal(first);
    const asked = plugin.guarded.filter(({ actor }) => actor.kind === 'session');
    expect(asked.map(({ command }) => command)).to.deep.equal(['channel.create']);
  });

  it('shows its key to no guard, no handler and no audit', async () => {
    const ann = await door.enter('Ann');
    await ann.request('channel.create', {
      parent: null,
      name: 'Ops',
      temporary: true,
      key: randomUUID(),
    });
    await ann.ask('counter.add', { by: 1, key: randomUUID() });
    const [entry] = await door.server.organization().audit(1);
    expect(entry?.details).to.deep.equal({ parent: null, name: 'Ops', temporary: true });
    expect(plugin.calls).to.deep.equal([{ by: 1 }]);
    for (const { params } of plugin.guarded) expect(params).not.to.have.property('key');
  });

  it('gets the keys of now, not those of then, when a join is repeated', async () => {
    const ann = await door.enter('Ann');
    const ben = await door.enter('Ben');
    const params = { channel: lobby(), key: randomUUID() };
    const first = await ann.request('channel.join', params);
    await ben.request('channel.join', { channel: lobby() });
    await ben.request('channel.leave', { channel: lobby() });
    await door.clock.advanceAsync(1000);
    const again = await ann.request('channel.join', params);
    expect(again.membership).to.deep.equal(first.membership);
    const epochs = [first, again].map(({ keys }) => Math.max(...keys.map(({ epoch }) => epoch)));
    expect(epochs[1]).to.be.above(epochs[0] ?? 0);
    const joins = ann.events.filter(
      ({ method, params: event }) =>
        method === 'membershipChanged' && event['session'] === ann.session,
    );
    expect(joins).to.have.lengthOf(1);
    expect(await refusalOf(ann.request('channel.leave', { channel: lobby() }))).to.equal(undefined);
    expect(await refusalOf(ann.request('channel.join', params))).to.equal('NOT_FOUND');
  });

  it('is carried out while its client is away, and answered when it asks again', async () => {
    await door.server.stop();
    const release: (() => void)[] = [];
    const slowGuard: Plugin = {
      name: 'slow-guard',
      version: '1.0.0',
      setup(ctx) {
        ctx.guard('channel.join', async () => {
          await new Promise<void>((resolve) => release.push(resolve));
          return { allow: true };
        });
      },
    };
    door = await openDoor([slowGuard]);
    const instance = randomBytes(16).toString('base64url');
    const ann = door.connect();
    const { session, resumeToken: token } = await ann.request('session.authenticate', {
      method: 'guest',
      credentials: { name: 'Ann' },
      instance,
    });
    const params = { channel: lobby(), key: randomUUID() };
    void ann.request('channel.join', params);
    ann.vanish();
    await settle();
    release[0]?.();
    await settle();
    const { participants } = door.server.organization();
    expect(participants.get(session)).to.include({ away: true });
    expect(participants.get(session)?.memberships.has(params.channel)).to.equal(true);

    const back = door.connect();
    await back.request('session.resume', { token, instance, lastSeq: null });
    const { membership, keys } = await back.request('channel.join', params);
    expect(membership.listening).to.equal(true);
    expect(keys[0]?.route.channel).to.equal(params.channel);
    expect(release).to.have.lengthOf(1);
  });

  it('may be asked of a plugin method that mutates', async () => {
    const ann = await door.enter('Ann');
    const key = randomUUID();
    const asked = [
      { by: 1, key },
      { by: 1, key },
      { by: 1, key: randomUUID() },
      { by: 1 },
      { by: 1 },
    ].map((params) => ann.ask('counter.add', params));
    expect(await Promise.all(asked)).to.deep.equal([1, 1, 2, 3, 4].map((calls) => ({ calls })));
    expect(await refusalOf(ann.ask('counter.add', { by: 2, key }))).to.equal('INVALID_PARAMS');
    const error = await ann
      .ask('counter.add', { by: 1, key: 7 })
      .catch((refused: unknown) => refused);
    expect((error as Refused).body.data).to.deep.include({
      code: 'INVALID_PARAMS',
      details: { path: '/key' },
    });
    for (const params of [{ key }, { by: 'x', key: randomUUID() }]) {
      expect(await refusalOf(ann.ask('counter.add', params))).to.equal('INVALID_PARAMS');
    }
    expect(plugin.calls).to.have.lengthOf(4);
  });

  it('is asked anew each time of a plugin method that does not', async () => {
    await door.server.stop();
    plugin = counter(false);
    door = await openDoor([plugin]);
    const ann = await door.enter('Ann');
    const params = { by: 1, key: randomUUID() };
    expect(await ann.ask('counter.add', params)).to.deep.equal({ calls: 1 });
    expect(await ann.ask('counter.add', params)).to.deep.equal({ calls: 2 });
  });
});

describe('Fetching keys', () => {
  it('is let through three times at once for a route, then once a second', async () => {
    const door = await openDoor([], { limits: { commandBurst: 1000 } });
    const ann = await door.enter('Ann');
    const { channels } = door.server.organization();
    const other = await channels.create({ name: 'Other' });
    const joined = async (channel: string): Promise<string> =>
      (await ann.request('channel.join', { channel })).keys[0]?.route.id ?? expect.fail();
    const route = await joined(channels.find('Lobby')?.id ?? expect.fail());
    const second = await joined(other.id);
    const fetch = (id: string): Promise<unknown> =>
      ann.request('keys.fetch', { route: id }).then(
        () => 'ok',
        (error: Refused) => [error.code, error.body.data?.retryAfterMs],
      );
    const answers = await Promise.all([1, 2, 3, 4].map(() => fetch(route)));
    expect(answers).to.deep.equal(['ok', 'ok', 'ok', ['RATE_LIMITED', 1000]]);
    expect(await fetch(second)).to.equal('ok');
    door.clock.advance(999);
    expect(await fetch(route)).to.deep.equal(['RATE_LIMITED', 1]);
    door.clock.advance(1);
    expect([await fetch(route), await fetch(route)]).to.deep.equal(['ok', ['RATE_LIMITED', 1000]]);
    await settle();
    await door.server.stop();
  });
});
