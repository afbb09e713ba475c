import { createToken, type Plugin, type PluginContext } from '@sidetone/core';
import { expect } from 'chai';
import { give, mountPlugin } from '../../src/plugin/mount-plugin.js';

const Greeting = createToken<{ readonly text: string }>('Greeting');
const Farewell = createToken<{ readonly text: string }>('Farewell');

const plugin = (setup: (context: PluginContext) => void): Plugin => ({
  name: 'under-test',
  version: '1.0.0',
  setup,
});

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );

describe('mountPlugin', () => {
  it('runs the steps in order and the closing ones backwards, once', async () => {
    const steps: string[] = [];
    const mounted = await mountPlugin(
      plugin((context) => {
        context.onListen(() => void steps.push('listen'));
        context.onReady(() => void steps.push('ready'));
        context.onClose(() => void steps.push('opened first, closed last'));
        context.onClose(() => void steps.push('opened last, closed first'));
        steps.push('setup');
      }),
    );
    await mounted.close();
    await mounted.close();
    expect(steps).to.deep.equal([
      'setup',
      'ready',
      'listen',
      'opened last, closed first',
      'opened first, closed last',
    ]);
  });

  it('stops behind the setup where it is told to, and opens once', async () => {
    const steps: string[] = [];
    const mounted = await mountPlugin(
      plugin((context) => {
        context.onReady(() => void steps.push('ready'));
        context.onListen(() => void steps.push('listen'));
      }),
      [],
      { open: false },
    );
    expect(steps).to.deep.equal([]);
    await mounted.open();
    await mounted.open();
    expect(steps).to.deep.equal(['ready', 'listen']);
  });

  it('gives the doubles to the plugin and what it provides to the test', async () => {
    const mounted = await mountPlugin(
      plugin((context) => {
        const { text } = context.get(Greeting);
        context.provide(Farewell, () => ({ text: `${text} and goodbye` }));
      }),
      [give(Greeting, { text: 'hello' })],
    );
    expect(mounted.get(Farewell).text).to.equal('hello and goodbye');
    expect(mounted.get(Farewell)).to.equal(mounted.get(Farewell));
    expect(() => mounted.get(Greeting)).to.throw('does not provide "Greeting"');
  });

  it('closes what was opened when a step fails', async () => {
    let closed = false;
    const error = await failure(
      mountPlugin(
        plugin((context) => {
          context.onClose(() => {
            closed = true;
          });
          context.onReady(() => void context.get(Greeting));
        }),
      ),
    );
    expect(error).to.include({ code: 'ERR_TESTKIT_MOUNT' });
    expect(closed).to.equal(true);
  });

  it('remembers what the plugin registers and logs', async () => {
    const mounted = await mountPlugin(
      plugin((context) => {
        context.guard('channel.join', () => ({ allow: true }));
        context.observe('channelCreated', () => {});
        context.log.info('set up');
      }),
    );
    expect(mounted.registered).to.deep.equal(['guard channel.join', 'observe channelCreated']);
    expect(mounted.log.messages('info')).to.deep.equal(['set up']);
  });
});
