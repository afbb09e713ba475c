import { expect } from 'chai';
import { MemoryMetrics } from '@sidetone/core';
import { WireError } from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { HashQueue } from '../../src/hashing/hash-queue.js';

describe('the queue of hashes', () => {
  let clock: FakeClock;
  let queue: HashQueue;
  let begun: string[];
  let refused: { name: string; error: WireError }[];
  let ends: Map<string, () => void>;

  const make = (concurrency: number): void => {
    clock = createFakeClock();
    queue = new HashQueue({ clock, metrics: new MemoryMetrics(), concurrency });
    begun = [];
    refused = [];
    ends = new Map();
  };
  const ask = (name: string, standing = 1): void => {
    const work = (): Promise<void> => {
      begun.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    };
    queue.run(standing, work).catch((error: WireError) => refused.push({ name, error }));
  };
  /** Lets the oldest that runs take this long. */
  const finish = async (name: string, tookMs: number): Promise<void> => {
    clock.advance(tookMs);
    ends.get(name)?.();
    await clock.settle();
  };
  const crowd = (count: number, standing = 1): void => {
    for (let index = 0; index < count; index++) ask(`c${index}`, standing);
  };

  beforeEach(() => make(1));

  it('runs as many at a time as it may, in order of arrival', async () => {
    make(2);
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    expect(begun).to.deep.equal(['a', 'b']);
    await finish('b', 10);
    expect(begun).to.deep.equal(['a', 'b', 'c']);
  });

  it('takes the best standing first', async () => {
    ask('first');
    ask('guesser', 5);
    ask('stranger', 1);
    ask('friend', 0);
    for (const name of ['first', 'friend', 'stranger']) await finish(name, 10);
    expect(begun).to.deep.equal(['first', 'friend', 'stranger', 'guesser']);
  });

  it('refuses who would wait for more than 2 s, before any work, and says when to come back', async () => {
    ask('measure');
    await finish('measure', 100);
    ask('running');
    crowd(20);
    ask('late');
    await clock.settle();
    expect(refused.map(({ name }) => name)).to.deep.equal(['late']);
    expect(begun).to.deep.equal(['measure', 'running']);
    const { code, retryAfterMs } = refused[0]?.error ?? {};
    expect(code).to.equal('RATE_LIMITED');
    expect(retryAfterMs).to.be.within(2000, 4000);
  });

  it('lets 64 wait however fast it is', async () => {
    ask('measure');
    await finish('measure', 1);
    ask('running');
    crowd(65);
    await clock.settle();
    expect(refused.map(({ name }) => name)).to.deep.equal(['c64']);
  });

  it('sends the worst away for a better one', async () => {
    ask('running');
    crowd(64, 3);
    ask('friend', 0);
    await clock.settle();
    expect(refused.map(({ name }) => name))
      .to.include('c63')
      .and.not.to.include('friend');
    await finish('running', 10);
    expect(begun).to.deep.equal(['running', 'friend']);
  });

  it('keeps nobody waiting for ever who is overtaken again and again', async () => {
    ask('running');
    ask('guesser', 9);
    for (let index = 0; index < 100; index++) {
      ask(`friend ${index}`, 0);
      await finish(index === 0 ? 'running' : `friend ${index - 1}`, 50);
    }
    expect(refused.map(({ name }) => name)).to.deep.equal(['guesser']);
  });

  it('goes on after work that fails', async () => {
    await queue.run(0, () => Promise.reject(new Error('x'))).catch(() => {});
    ask('next');
    expect(begun).to.deep.equal(['next']);
  });

  it('refuses all who wait when it is closed', async () => {
    ask('running');
    crowd(3);
    queue.close(new WireError('UNAVAILABLE', 'over'));
    await clock.settle();
    expect(refused.map(({ error }) => error.code)).to.deep.equal(Array(3).fill('UNAVAILABLE'));
  });
});
