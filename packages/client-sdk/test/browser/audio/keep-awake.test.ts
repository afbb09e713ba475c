import { expect } from 'chai';
import { createFakeClock } from '@sidetone/testkit';
import { keepAwake } from '../../../src/browser/audio/keep-awake.js';

class FakeSentinel {
  released = false;
  release = async (): Promise<void> => void (this.released = true);
}

class FakePage extends EventTarget {
  visibilityState = 'visible';

  show(visibilityState: string): void {
    this.visibilityState = visibilityState;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

const NAMES = ['navigator', 'document'] as const;

describe('A screen that is kept on', () => {
  const { settle } = createFakeClock();
  const before = new Map(
    NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]),
  );
  const define = (name: (typeof NAMES)[number], value: unknown): void =>
    void Object.defineProperty(globalThis, name, { value, configurable: true });
  let page = new FakePage();
  let sentinels: FakeSentinel[] = [];
  let refusal: DOMException | null = null;

  beforeEach(() => {
    page = new FakePage();
    sentinels = [];
    refusal = null;
    const request = async (): Promise<FakeSentinel> => {
      if (refusal) throw refusal;
      const sentinel = new FakeSentinel();
      sentinels.push(sentinel);
      return sentinel;
    };
    define('document', page);
    define('navigator', { wakeLock: { request } });
  });

  afterEach(() => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  });

  it('is held until it is released', async () => {
    const awake = keepAwake();
    await settle();
    expect([awake.supported, awake.held]).to.deep.equal([true, true]);
    awake.release();
    awake.release();
    await settle();
    expect([awake.held, sentinels[0]?.released]).to.deep.equal([false, true]);
    page.show('visible');
    await settle();
    expect(sentinels).to.have.lengthOf(1);
  });

  it('is asked for again when the page is seen after the system has let it go', async () => {
    const awake = keepAwake();
    await settle();
    await sentinels[0]?.release();
    page.show('hidden');
    await settle();
    expect([awake.held, sentinels.length]).to.deep.equal([false, 1]);
    page.show('visible');
    await settle();
    expect([awake.held, sentinels.length]).to.deep.equal([true, 2]);
    awake.release();
  });

  it('is let go when it comes after the release', async () => {
    const awake = keepAwake();
    awake.release();
    await settle();
    expect([awake.held, sentinels[0]?.released]).to.deep.equal([false, true]);
  });

  it('is not held where the system says no, and asked for when the page is seen again', async () => {
    refusal = new DOMException('low battery', 'NotAllowedError');
    const awake = keepAwake();
    await settle();
    expect(awake.held).to.equal(false);
    refusal = null;
    page.show('visible');
    await settle();
    expect(awake.held).to.equal(true);
    awake.release();
  });

  it('says where the browser has no such thing', () => {
    define('navigator', {});
    const awake = keepAwake();
    expect([awake.supported, awake.held]).to.deep.equal([false, false]);
    awake.release();
  });
});
