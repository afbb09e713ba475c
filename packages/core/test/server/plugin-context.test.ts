import { expect } from 'chai';
import { Type } from 'typebox';
import { Clock } from '../../src/contracts/clock.js';
import { ControlIngress } from '../../src/contracts/control-transport.js';
import { KeyService } from '../../src/contracts/key-service.js';
import { VoiceTransport } from '../../src/contracts/voice-transport.js';
import type { PluginContext } from '../../src/server/plugin.js';
import { createToken } from '../../src/token.js';
import { createServerBench, plugin } from '../double/server-bench.js';
import { voiceErrorOf } from '../double/thrown.js';

const Store = createToken<{ readonly label: string }>('Store');

/** What a plugin gets for `act` in its setup. */
async function codeInSetup(act: (context: PluginContext) => unknown): Promise<string> {
  const { server } = createServerBench();
  server.use(plugin('acting', { setup: (context) => void act(context) }));
  return (await voiceErrorOf(() => server.start())).code;
}

describe('plugin context', () => {
  it('keeps the keys from plugins in every step', async () => {
    expect(await codeInSetup((context) => context.get(KeyService))).to.equal('ERR_PLUGIN_SECRET');
    expect(await codeInSetup((context) => context.getAll(KeyService))).to.equal(
      'ERR_PLUGIN_SECRET',
    );
    const later = (context: PluginContext): void =>
      context.onReady(() => void context.get(KeyService));
    expect(await codeInSetup(later)).to.equal('ERR_PLUGIN_SECRET');
  });

  it('lets a plugin provide the key service, for core alone', async () => {
    const { server, domains } = createServerBench();
    const service = {} as KeyService;
    server.use(
      plugin('keys', {
        provides: [KeyService],
        setup: (context) => context.provide(KeyService, () => service),
      }),
    );
    await server.start();
    expect(domains[0]!.dependencies.keyService).to.equal(service);
    await server.stop();
  });

  it('asks that contracts used in setup are declared', async () => {
    expect(await codeInSetup((context) => context.get(Store))).to.equal('ERR_PLUGIN_UNDECLARED');
    expect(await codeInSetup((context) => context.provide(Store, () => ({ label: '' })))).to.equal(
      'ERR_PLUGIN_UNDECLARED',
    );
  });

  it('gives clock, log and metrics without a declaration', async () => {
    const { server, clock } = createServerBench();
    let given: Clock | undefined;
    server.use(plugin('any', { setup: (context) => void (given = context.get(Clock)) }));
    await server.start();
    expect(given).to.equal(clock);
    await server.stop();
  });

  it('says when a door of core is asked for too early', async () => {
    expect(await codeInSetup((context) => context.get(ControlIngress))).to.equal(
      'ERR_PLUGIN_TOO_EARLY',
    );
  });

  it('gives every implementation in order of set-up', async () => {
    const { server } = createServerBench();
    const transport = (name: string): VoiceTransport => ({ name }) as VoiceTransport;
    let names: string[] = [];
    const asking = plugin('asking', {
      requires: [VoiceTransport],
      setup: (context) => void (names = context.getAll(VoiceTransport).map(({ name }) => name)),
    });
    const providing = (name: string): ReturnType<typeof plugin> =>
      plugin(name, {
        provides: [VoiceTransport],
        setup: (context) => context.provide(VoiceTransport, () => transport(name)),
      });
    await server.use(asking).use(providing('udp')).use(providing('websocket')).start();
    expect(names).to.deep.equal(['udp', 'websocket']);
    await server.stop();
  });

  it('takes nothing new after setup', async () => {
    const { server } = createServerBench();
    let kept: PluginContext | undefined;
    server.use(plugin('keeping', { provides: [], setup: (context) => void (kept = context) }));
    await server.start();
    const context = kept!;
    const schema = Type.Object({});
    const attempts: (() => unknown)[] = [
      () => context.guard('channel.join', () => ({ allow: true })),
      () => context.transform('channel', (view) => view),
      () => context.observe('keyRotated', () => {}),
      () => context.method('chat.send', { params: schema, result: schema }, () => ({})),
      () => context.event('chatSent', schema),
      () => context.provide(Store, () => ({ label: '' })),
      () => context.onReady(() => {}),
      () => context.onListen(() => {}),
      () => context.onClose(() => {}),
    ];
    for (const attempt of attempts) {
      expect((await voiceErrorOf(attempt)).code).to.equal('ERR_PLUGIN_TOO_LATE');
    }
    await server.stop();
  });

  it('logs under the name of the plugin', async () => {
    const { server, log } = createServerBench();
    server.use(plugin('talking', { setup: (context) => context.log.info('hello') }));
    await server.start();
    const line = log.lines.find(({ message }) => message === 'hello');
    expect(line?.fields).to.deep.equal({ plugin: 'talking' });
    await server.stop();
  });
});
