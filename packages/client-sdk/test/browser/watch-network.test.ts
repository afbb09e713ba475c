import { expect } from 'chai';
import { watchNetwork } from '../../src/browser/watch-network.js';

/** What a page has of it; Node has no such events. */
class Page extends EventTarget {
  visibilityState = 'visible';
}

const NAMES = ['addEventListener', 'navigator', 'document'] as const;

describe('The network watch of a page', () => {
  const before = new Map(
    NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]),
  );
  const define = (name: (typeof NAMES)[number], value: unknown): void =>
    void Object.defineProperty(globalThis, name, { value, configurable: true });
  let [network, connection, page] = [new EventTarget(), new EventTarget(), new Page()];

  beforeEach(() => {
    [network, connection, page] = [new EventTarget(), new EventTarget(), new Page()];
    define('addEventListener', network.addEventListener.bind(network));
    define('navigator', { connection });
    define('document', page);
  });

  afterEach(() => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  });

  const changes = (): { count: () => number; stop: () => void } => {
    let seen = 0;
    const stop = watchNetwork(() => (seen += 1));
    return { count: () => seen, stop };
  };

  it('tells of online, offline and another kind of connection, until it is stopped', () => {
    const { count, stop } = changes();
    network.dispatchEvent(new Event('offline'));
    network.dispatchEvent(new Event('online'));
    connection.dispatchEvent(new Event('change'));
    expect(count()).to.equal(3);
    stop();
    network.dispatchEvent(new Event('online'));
    connection.dispatchEvent(new Event('change'));
    expect(count()).to.equal(3);
  });

  it('tells when the page is seen again, not when it is hidden', () => {
    const { count, stop } = changes();
    page.visibilityState = 'hidden';
    page.dispatchEvent(new Event('visibilitychange'));
    expect(count()).to.equal(0);
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    expect(count()).to.equal(1);
    stop();
    page.dispatchEvent(new Event('visibilitychange'));
    expect(count()).to.equal(1);
  });

  it('does with what a worker has, and a browser without the Network Information API', () => {
    define('document', undefined);
    define('navigator', {});
    const { count, stop } = changes();
    network.dispatchEvent(new Event('online'));
    expect(count()).to.equal(1);
    stop();
  });
});
