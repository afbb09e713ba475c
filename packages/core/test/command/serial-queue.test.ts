import { expect } from 'chai';
import { SerialQueue } from '../../src/command/serial-queue.js';

describe('SerialQueue', () => {
  it('runs tasks in the order they were given, however long each takes', async () => {
    const queue = new SerialQueue(8);
    const order: string[] = [];
    const release: (() => void)[] = [];
    const slow = queue.run(async () => {
      await new Promise<void>((resolve) => release.push(resolve));
      order.push('slow');
    });
    const quick = queue.run(() => order.push('quick'));
    await Promise.resolve();
    release[0]?.();
    await Promise.all([slow, quick]);
    expect(order).to.deep.equal(['slow', 'quick']);
  });

  it('hands a failure to its caller and goes on', async () => {
    const queue = new SerialQueue(8);
    const failing = queue.run(() => {
      throw new Error('no');
    });
    const next = queue.run(() => 'next');
    expect(await failing.catch((error: Error) => error.message)).to.equal('no');
    expect(await next).to.equal('next');
  });

  it('refuses what comes over its limit and takes more once there is room', async () => {
    const queue = new SerialQueue(1);
    const first = queue.run(() => 'first');
    const refused = await queue.run(() => 'second').catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'RATE_LIMITED');
    expect(await first).to.equal('first');
    expect(await queue.run(() => 'third')).to.equal('third');
  });
});
