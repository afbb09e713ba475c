import { expect } from 'chai';
import { Authenticator } from '../../src/contracts/authenticator.js';
import { ControlIngress } from '../../src/contracts/control-transport.js';
import { Clock } from '../../src/contracts/clock.js';
import { KeyService } from '../../src/contracts/key-service.js';
import { Metrics } from '../../src/contracts/metrics.js';
import type { Plugin } from '../../src/server/plugin.js';
import { createToken } from '../../src/token.js';
import { createServerBench, plugin } from '../double/server-bench.js';
import { voiceErrorOf } from '../double/thrown.js';

const Store = createToken<{ readonly label: string }>('Store');

const fact = { organizationId: 'o', sessionId: 's', userId: 'u', transport: 'memory' };

describe('server', () => {
  it('refuses what is no plugin and says what one needs', async () => {
    const { server } = createServerBench();
    for (const wrong of [
      undefined,
      {},
      () => plugin('x'),
      { name: '', version: '1', setup() {} },
    ]) {
      const error = await voiceErrorOf(() => server.use(wrong as Plugin));
      expect(error.code).to.equal('ERR_PLUGIN_INVALID');
    }
  });

  it('needs to run for its organizations and contracts', async () => {
    const { server } = createServerBench();
    for (const ask of [() => server.get(Clock), () => server.organization()]) {
      expect((await voiceErrorOf(ask)).code).to.equal('ERR_SERVER_NOT_STARTED');
    }
    await server.start();
    expect(server.organization().name).to.equal('Main');
    expect(server.organization('Other').name).to.equal('Other');
    await server.stop();
    expect((await voiceErrorOf(() => server.get(Clock))).code).to.equal('ERR_SERVER_STOPPED');
  });

  it('gives contracts to the program, but not the keys', async () => {
    const { server, clock } = createServerBench();
    await server.start();
    expect(server.get(Clock)).to.equal(clock);
    expect((await voiceErrorOf(() => server.get(KeyService))).code).to.equal('ERR_PLUGIN_SECRET');
    await server.stop();
  });

  it('tells listeners after the turn, until they are taken off', async () => {
    const { server, clock, domains } = createServerBench();
    const heard: string[] = [];
    const listener = ({ sessionId }: typeof fact): void => void heard.push(sessionId);
    server.on('sessionOpened', listener);
    await server.start();
    const hooks = domains[0]!.dependencies.hooks;
    hooks.tell('sessionOpened', fact);
    expect(heard).to.deep.equal([]);
    await clock.settle();
    expect(heard).to.deep.equal(['s']);
    server.off('sessionOpened', listener);
    hooks.tell('sessionOpened', fact);
    await clock.settle();
    expect(heard).to.deep.equal(['s']);
    await server.stop();
  });

  it('has told listeners of the closing when the stop resolves', async () => {
    const bench = createServerBench({
      drain: () => bench.domains[0]!.dependencies.hooks.tell('sessionOpened', fact),
    });
    const heard: string[] = [];
    bench.server.use(
      plugin('observing', {
        setup: (context) => {
          context.observe('sessionOpened', () => void heard.push('observer'));
          context.onClose(() => void heard.push('closed'));
        },
      }),
    );
    await bench.server.start();
    await bench.server.stop();
    expect(heard).to.deep.equal(['observer', 'closed']);
  });

  it('gives the domain what plugins provide, and its defaults for the rest', async () => {
    const { server, domains } = createServerBench();
    const authenticator: Authenticator = {
      method: 'test',
      authenticate: () => Promise.reject(new Error()),
    };
    server.use(
      plugin('sign-in', {
        provides: [Authenticator],
        setup: (context) => context.provide(Authenticator, () => authenticator),
      }),
    );
    await server.start();
    const { authenticators, channelStore } = domains[0]!.dependencies;
    expect(authenticators).to.deep.equal([authenticator]);
    expect(await channelStore.load('any')).to.deep.equal([]);
    await server.stop();
  });

  it('lets guests in where no plugin says who may come', async () => {
    const { server, domains } = createServerBench();
    await server.start();
    expect(domains[0]!.dependencies.authenticators.map(({ method }) => method)).to.deep.equal([
      'guest',
    ]);
    await server.stop();
  });

  it('shares nothing with another server in the process', async () => {
    const benches = [createServerBench(), createServerBench()] as const;
    const heard: string[] = [];
    for (const [index, { server }] of benches.entries()) {
      server.use(
        plugin('same name', {
          provides: [Store],
          setup: (context) => {
            context.provide(Store, () => ({ label: `store ${index}` }));
            context.observe('sessionOpened', () => void heard.push(`observer ${index}`));
            context.onReady(() =>
              context
                .get(Metrics)
                .counter('ready')
                .add(index + 1),
            );
          },
        }),
      );
      server.on('sessionOpened', () => heard.push(`listener ${index}`));
      await server.start();
    }
    const [one, two] = benches;
    expect(one.server.get(Store).label).to.equal('store 0');
    expect(two.server.get(Store).label).to.equal('store 1');
    expect(one.server.get(Metrics).snapshot()).to.include({ ready: 1 });
    expect(two.server.get(Metrics).snapshot()).to.include({ ready: 2 });
    expect(one.server.get(ControlIngress)).to.equal(one.domains[0]!.controlIngress);
    expect(two.server.get(ControlIngress)).to.equal(two.domains[0]!.controlIngress);
    const ofOne = one.domains[0]!.dependencies;
    const ofTwo = two.domains[0]!.dependencies;
    for (const part of ['channelStore', 'organizationStore', 'auditLog', 'keyService'] as const) {
      expect(ofOne[part]).not.to.equal(ofTwo[part]);
    }

    ofOne.hooks.tell('sessionOpened', fact);
    await one.clock.settle();
    expect(heard).to.deep.equal(['observer 0', 'listener 0']);

    await one.server.stop();
    expect(two.server.get(Store).label).to.equal('store 1');
    await two.server.stop();
  });
});
