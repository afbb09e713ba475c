import { VoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import { ControlIngress } from '../../src/contracts/control-transport.js';
import { createToken } from '../../src/token.js';
import { createServerBench, never, plugin, recordedPlugin } from '../double/server-bench.js';
import { thrownBy, voiceErrorOf } from '../double/thrown.js';

const Store = createToken<{ readonly label: string }>('Store');

describe('lifecycle', () => {
  describe('start', () => {
    it('sets up in order, opens the domain, then makes ready, then listens', async () => {
      const { server, steps } = createServerBench();
      server.use(recordedPlugin('user', steps, { requires: [Store] })).use(
        recordedPlugin('maker', steps, {
          provides: [Store],
          setup: (context) => context.provide(Store, () => ({ label: 'made' })),
        }),
      );
      await server.start();
      expect(steps).to.deep.equal([
        'maker setup',
        'user setup',
        'domain open',
        'maker onReady',
        'user onReady',
        'maker onListen',
        'user onListen',
      ]);
      await server.stop();
    });

    it('opens nothing when the plugins do not fit together', async () => {
      const { server, steps, domains } = createServerBench();
      server
        .use(recordedPlugin('one', steps))
        .use(recordedPlugin('two', steps, { requires: [Store] }));
      expect((await voiceErrorOf(() => server.start())).code).to.equal('ERR_PLUGIN_ORDER');
      expect(steps).to.deep.equal([]);
      expect(domains).to.deep.equal([]);
    });

    it('gives the doors of core from onReady on', async () => {
      const { server, domains } = createServerBench();
      const doors: unknown[] = [];
      server.use(
        plugin('transport', {
          requires: [ControlIngress],
          setup: (context) => context.onReady(() => void doors.push(context.get(ControlIngress))),
        }),
      );
      await server.start();
      expect(doors).to.deep.equal([domains[0]?.controlIngress]);
      await server.stop();
    });

    it('happens once', async () => {
      const { server } = createServerBench();
      const first = server.start();
      expect((await voiceErrorOf(() => server.start())).code).to.equal('ERR_SERVER_STARTED');
      await first;
      expect((await voiceErrorOf(() => server.start())).code).to.equal('ERR_SERVER_STARTED');
      expect((await voiceErrorOf(() => server.use(plugin('late')))).code).to.equal(
        'ERR_SERVER_STARTED',
      );
      await server.stop();
    });
  });

  describe('a start that fails', () => {
    for (const step of ['setup', 'onReady', 'onListen'] as const) {
      it(`in ${step} closes in reverse what had begun, and names the plugin`, async () => {
        const { server, steps } = createServerBench();
        const fail = (): never => {
          throw new Error('no luck');
        };
        server.use(recordedPlugin('one', steps)).use(
          recordedPlugin('two', steps, {
            setup: (context) => (step === 'setup' ? fail() : context[step](fail)),
          }),
        );
        server.use(recordedPlugin('three', steps));
        const error = await voiceErrorOf(() => server.start());
        expect(error.code).to.equal('ERR_PLUGIN_FAILED');
        expect(error.message).to.equal(`plugin "two" failed in ${step}: no luck`);
        expect(error.details).to.deep.equal({ plugin: 'two', step });
        expect(error.cause).to.be.an('error').with.property('message', 'no luck');
        const closing = steps.slice(steps.findIndex((name) => /onClose|drain/.test(name)));
        expect(closing).to.deep.equal(
          step === 'setup'
            ? ['two onClose', 'one onClose']
            : ['domain drain 5000', 'three onClose', 'two onClose', 'one onClose', 'domain close'],
        );
      });
    }

    it('lets a coded error of the plugin through as it is', async () => {
      const { server } = createServerBench();
      const thrown = new VoiceError('ERR_HTTP_PORT_TAKEN', 'port "80" is taken: choose another');
      server.use(
        plugin('http', { setup: (context) => context.onListen(() => Promise.reject(thrown)) }),
      );
      expect(await thrownBy(() => server.start())).to.equal(thrown);
    });

    it('lets an error of a factory through with its class and code', async () => {
      class DriverError extends Error {
        readonly code = 'ECONNREFUSED';
      }
      const { server } = createServerBench();
      const failing = plugin('store', {
        provides: [Store],
        setup: (context) =>
          context.provide(Store, () => {
            throw new DriverError('database away');
          }),
      });
      const asking = plugin('asking', {
        requires: [Store],
        setup: (context) => void context.get(Store),
      });
      const { cause } = await voiceErrorOf(() => server.use(asking).use(failing).start());
      expect(cause).to.be.instanceOf(DriverError).with.property('code', 'ECONNREFUSED');
    });

    it('closes the domain when it cannot open', async () => {
      const { server, steps } = createServerBench({
        open: () => Promise.reject(new Error('store away')),
      });
      server.use(recordedPlugin('one', steps));
      expect(await thrownBy(() => server.start())).to.have.property('message', 'store away');
      expect(steps).to.deep.equal(['one setup', 'domain open', 'one onClose', 'domain close']);
    });

    it('tells the first failure and logs those of the roll-back', async () => {
      const { server, log } = createServerBench();
      const closing = plugin('closing', {
        setup: (context) => context.onClose(() => Promise.reject(new Error('stuck'))),
      });
      const failing = plugin('failing', { setup: () => Promise.reject(new Error('first')) });
      const error = await voiceErrorOf(() => server.use(closing).use(failing).start());
      expect(error.message).to.include('first');
      const logged = log.lines.filter(({ level }) => level === 'error');
      expect(logged).to.have.length(1);
      expect(logged[0]?.fields['error']).to.have.property(
        'message',
        'plugin "closing" failed in onClose: stuck',
      );
    });

    it('leaves a server that is stopped', async () => {
      const { server } = createServerBench();
      server.use(plugin('failing', { setup: () => Promise.reject(new Error('no')) }));
      await thrownBy(() => server.start());
      await server.stop();
      expect((await voiceErrorOf(() => server.start())).code).to.equal('ERR_SERVER_STOPPED');
    });

    it('refuses a plugin that does not provide what it promises', async () => {
      const { server } = createServerBench();
      const error = await voiceErrorOf(() =>
        server.use(plugin('empty', { provides: [Store] })).start(),
      );
      expect(error.code).to.equal('ERR_PLUGIN_NOT_PROVIDED');
      expect(error.message).to.include('"empty"').and.to.include('"Store"');
    });
  });

  describe('deadlines', () => {
    for (const step of ['setup', 'onReady', 'onListen'] as const) {
      it(`end a start whose ${step} hangs, and name the plugin`, async () => {
        const { server, clock } = createServerBench({}, { setupTimeoutMs: 700 });
        const hanging = plugin('slow', {
          setup: (context) => (step === 'setup' ? never() : context[step](never)),
        });
        const failure = voiceErrorOf(() => server.use(hanging).start());
        await clock.advanceAsync(699);
        expect(clock.pending).to.equal(1);
        await clock.advanceAsync(1);
        const error = await failure;
        expect(error.code).to.equal('ERR_PLUGIN_TIMEOUT');
        expect(error.message).to.include(`"slow" did not finish ${step} within 700 ms`);
        expect(clock.pending).to.equal(0);
      });
    }

    it('end a domain that does not open', async () => {
      const { server, clock } = createServerBench({ open: never });
      const failure = voiceErrorOf(() => server.start());
      await clock.advanceAsync(10_000);
      expect((await failure).code).to.equal('ERR_SERVER_TIMEOUT');
    });

    it('keep a late setup from registering anything', async () => {
      const { server, clock } = createServerBench();
      let late: Promise<string> | undefined;
      const { promise, resolve } = deferred();
      const slow = plugin('slow', {
        setup: async (context) => {
          await promise;
          late = voiceErrorOf(() => context.onClose(() => {})).then(({ code }) => code);
        },
      });
      const failure = voiceErrorOf(() => server.use(slow).start());
      await clock.advanceAsync(10_000);
      await failure;
      resolve();
      await clock.settle();
      expect(await late).to.equal('ERR_PLUGIN_TOO_LATE');
    });

    it('go on with the others when an onClose hangs', async () => {
      const { server, clock, steps } = createServerBench();
      server
        .use(recordedPlugin('one', steps))
        .use(plugin('slow', { setup: (context) => context.onClose(never) }));
      await server.start();
      const failure = thrownBy(() => server.stop());
      await clock.advanceAsync(10_000);
      const error = await failure;
      expect(error).to.be.instanceOf(AggregateError);
      expect((error as AggregateError).message).to.include('"slow" did not finish onClose');
      expect(steps.slice(-2)).to.deep.equal(['one onClose', 'domain close']);
    });

    it('end a drain that hangs', async () => {
      const { server, clock } = createServerBench({ drain: never }, { drainTimeoutMs: 300 });
      await server.start();
      const failure = thrownBy(() => server.stop());
      await clock.advanceAsync(1300);
      expect(((await failure) as AggregateError).errors[0]).to.have.property(
        'code',
        'ERR_SERVER_TIMEOUT',
      );
    });
  });

  describe('stop', () => {
    it('drains, closes plugins last in first out, then closes the domain', async () => {
      const { server, steps } = createServerBench();
      server.use(recordedPlugin('one', steps)).use(recordedPlugin('two', steps));
      await server.start();
      steps.length = 0;
      await server.stop();
      expect(steps).to.deep.equal([
        'domain drain 5000',
        'two onClose',
        'one onClose',
        'domain close',
      ]);
    });

    it('runs the callbacks of one plugin last in first out, too', async () => {
      const { server, steps } = createServerBench();
      server.use(
        plugin('one', {
          setup: (context) => {
            context.onClose(() => void steps.push('registered first'));
            context.onClose(() => void steps.push('registered second'));
          },
        }),
      );
      await server.start();
      await server.stop();
      expect(steps.slice(2, 4)).to.deep.equal(['registered second', 'registered first']);
    });

    it('is idempotent', async () => {
      const { server, steps } = createServerBench();
      await server.start();
      const first = server.stop();
      expect(server.stop()).to.equal(first);
      await first;
      await server.stop();
      expect(steps.filter((step) => step === 'domain close')).to.have.length(1);
    });

    it('gathers all failures in one AggregateError when all has been tried', async () => {
      const { server, steps } = createServerBench({
        drain: () => Promise.reject(new Error('drain failed')),
        close: () => Promise.reject(new Error('close failed')),
      });
      const failing = (name: string): ReturnType<typeof plugin> =>
        plugin(name, {
          setup: (context) =>
            context.onClose(() => {
              throw new Error(`${name} failed`);
            }),
        });
      server.use(failing('one')).use(recordedPlugin('fine', steps)).use(failing('two'));
      await server.start();
      const error = await thrownBy(() => server.stop());
      expect(error).to.be.instanceOf(AggregateError);
      const messages = (error as AggregateError).errors.map(({ message }: Error) => message);
      expect(messages).to.deep.equal([
        'drain failed',
        'plugin "two" failed in onClose: two failed',
        'plugin "one" failed in onClose: one failed',
        'close failed',
      ]);
      for (const message of messages) expect((error as Error).message).to.include(message);
      expect(steps).to.include('fine onClose');
      expect(await thrownBy(() => server.stop())).to.equal(error);
    });

    it('makes a later start a clear error', async () => {
      const { server } = createServerBench();
      await server.start();
      await server.stop();
      const error = await voiceErrorOf(() => server.start());
      expect(error.code).to.equal('ERR_SERVER_STOPPED');
      expect(error.message).to.include('createServer');
    });

    it('before a start is fine, and ends the server', async () => {
      const { server, steps } = createServerBench();
      const stopped = server.stop();
      expect((await voiceErrorOf(() => server.start())).code).to.equal('ERR_SERVER_STOPPED');
      await stopped;
      expect(steps).to.deep.equal([]);
    });

    it('during a start lets the present step finish and closes what had begun', async () => {
      const { server, steps } = createServerBench();
      const { promise, resolve } = deferred();
      server
        .use(recordedPlugin('one', steps, { setup: () => promise }))
        .use(recordedPlugin('two', steps));
      const starting = voiceErrorOf(() => server.start());
      const stopping = server.stop();
      resolve();
      await stopping;
      expect((await starting).code).to.equal('ERR_SERVER_STOPPED');
      expect(steps).to.deep.equal(['one setup', 'one onClose']);
    });

    it('during a start tells what failed while closing', async () => {
      const { server } = createServerBench();
      const { promise, resolve } = deferred();
      const slow = plugin('slow', {
        setup: (context) => {
          context.onClose(() => Promise.reject(new Error('stuck')));
          return promise;
        },
      });
      const starting = thrownBy(() => server.use(slow).start());
      const stopping = thrownBy(() => server.stop());
      resolve();
      expect(await stopping).to.be.instanceOf(AggregateError);
      await starting;
    });
  });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
