import { expect } from 'chai';
import { AccessPolicy, type AccessChange, type Plugin } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { refusalOf } from './test-peer.js';

const unlimited = { limits: { commandBurst: 1000 } };

describe('Commands and the plugins that have a say in them', () => {
  let door: OpenDoor;

  afterEach(() => door.server.stop());

  const channelNamed = (name: string): string =>
    door.server.organization().channels.find(name)?.id ?? expect.fail(`no channel ${name}`);

  it('take effect in the order a session sent them, however long a guard thinks', async () => {
    const release: (() => void)[] = [];
    const guard: Plugin = {
      name: 'guard',
      version: '1.0.0',
      setup(ctx) {
        ctx.guard('channel.join', async () => {
          await new Promise<void>((resolve) => release.push(resolve));
          return { allow: true };
        });
      },
    };
    door = await openDoor([guard]);
    const ann = await door.enter('Ann');
    const channel = channelNamed('Lobby');
    const join = ann.request('channel.join', { channel });
    const leave = ann.request('channel.leave', { channel });
    await settle();
    release[0]?.();
    await Promise.all([join, leave]);
    expect(ann.events.map(({ params }) => params['reason'])).to.deep.equal([undefined, 'left']);
  });

  it('are refused by a guard with its code and words', async () => {
    const guard: Plugin = {
      name: 'guard',
      version: '1.0.0',
      setup(ctx) {
        ctx.guard('channel.join', () => ({
          allow: false,
          code: 'ACCESS_DENIED',
          message: 'briefing first',
        }));
      },
    };
    door = await openDoor([guard]);
    const ann = await door.enter('Ann');
    const join = ann.request('channel.join', { channel: channelNamed('Lobby') });
    await join.then(
      () => expect.fail('it was accepted'),
      (error: Error) => expect(error.message).to.equal('ACCESS_DENIED: briefing first'),
    );
  });

  it('have to exist where a plugin guards them: a misspelt guard would let everything through', async () => {
    door = await openDoor();
    const misspelt: Plugin = {
      name: 'misspelt',
      version: '1.0.0',
      setup: (ctx) => ctx.guard('channel.jion', () => ({ allow: true })),
    };
    const failure = await openDoor([misspelt]).then(
      () => expect.fail('it started'),
      (error: unknown) => error,
    );
    expect(failure).to.have.property('code', 'ERR_PLUGIN_NAME_INVALID');
    expect(failure).to.have.property('message').that.includes('"channel.jion"');
  });

  it('hand on nothing that their schema does not know, to guards and handlers alike', async () => {
    const seen: unknown[] = [];
    const guard: Plugin = {
      name: 'guard',
      version: '1.0.0',
      setup(ctx) {
        ctx.guard('channel.join', ({ params }) => {
          seen.push(params);
          return { allow: true };
        });
      },
    };
    door = await openDoor([guard]);
    const ann = await door.enter('Ann');
    const channel = channelNamed('Lobby');
    await ann.ask('channel.join', { channel, sudo: true });
    expect(seen).to.deep.equal([{ channel }]);
  });

  it('act on live sessions when rights change: hidden channels vanish, with all in them', async () => {
    let announce: (change: AccessChange) => void = () => {};
    const hidden = new Set<string>();
    const policy: Plugin = {
      name: 'policy',
      version: '1.0.0',
      provides: [AccessPolicy],
      setup(ctx) {
        ctx.provide(AccessPolicy, () => ({
          load: () =>
            Promise.resolve({
              allows: (_permission, { channelId }) => !hidden.has(channelId ?? ''),
              explain: () => ({ allowed: true, because: [] }),
            }),
          onChange: (listener) => {
            announce = listener;
            return () => {};
          },
        }));
      },
    };
    door = await openDoor([policy], { initialChannels: ['Command', 'Lobby'], ...unlimited });
    const ann = await door.enter('Ann');
    const command = channelNamed('Command');
    await ann.request('channel.join', { channel: command });
    hidden.add(command);
    announce({});
    expect(ann.events.slice(-3).map(({ method }) => method)).to.deep.equal([
      'membershipChanged',
      'channelDeleted',
      'permissionsChanged',
    ]);
    expect(await refusalOf(ann.request('channel.join', { channel: command }))).to.equal(
      'NOT_FOUND',
    );
    hidden.clear();
    announce({});
    expect(ann.events.at(-2)).to.have.property('method', 'channelCreated');
  });
});
