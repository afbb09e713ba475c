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

  describe('of work that has to look something up', () => {
    let looked: string[];
    let found: Map<string, { resolve: () => void; reject: (error: Error) => void }>;

    const askPrepared = (name: string, standing = 1): void => {
      const prepare = (): Promise<string> => {
        looked.push(name);
        return new Promise((resolve, reject) => {
          found.set(name, { resolve: () => resolve(`of ${name}`), reject });
        });
      };
      const work = (prepared: string): Promise<void> => {
        begun.push(prepared);
        return new Promise((resolve) => ends.set(name, resolve));
      };
      queue
        .runPrepared(standing, prepare, work)
        .catch((error: WireError) => refused.push({ name, error }));
    };
    const find = async (name: string): Promise<void> => {
      found.get(name)?.resolve();
      await clock.settle();
    };

    beforeEach(() => {
      looked = [];
      found = new Map();
    });

    it('looks while it waits, once, and works with what it found', async () => {
      askPrepared('first');
      askPrepared('second');
      expect(looked).to.deep.equal(['first', 'second']);
      await find('second');
      await find('first');
      expect(begun).to.deep.equal(['of first']);
      await finish('first', 10);
      expect(begun).to.deep.equal(['of first', 'of second']);
      await finish('second', 10);
      expect(looked).to.deep.equal(['first', 'second']);
    });

    it('does not look for who is refused', async () => {
      ask('running');
      crowd(40);
      askPrepared('late');
      await clock.settle();
      expect(looked).to.deep.equal([]);
      expect(refused.map(({ name }) => name)).to.deep.equal(['late']);
    });

    it('gives the place of who could not look to the next', async () => {
      ask('running');
      askPrepared('broken');
      ask('next');
      found.get('broken')?.reject(new WireError('UNAVAILABLE', 'gone'));
      await clock.settle();
      expect(refused.map(({ name, error }) => [name, error.code])).to.deep.equal([
        ['broken', 'UNAVAILABLE'],
      ]);
      await finish('running', 10);
      expect(begun).to.deep.equal(['running', 'next']);
    });

    it('goes on where the one whose turn it is could not look', async () => {
      askPrepared('broken');
      ask('next');
      found.get('broken')?.reject(new WireError('UNAVAILABLE', 'gone'));
      await clock.settle();
      expect(refused).to.have.lengthOf(1);
      expect(begun).to.deep.equal(['next']);
    });
  });

  it('refuses all who wait when it is closed', async () => {
    ask('running');
    crowd(3);
    queue.close(new WireError('UNAVAILABLE', 'over'));
    await clock.settle();
    expect(refused.map(({ error }) => error.code)).to.deep.equal(Array(3).fill('UNAVAILABLE'));
  });
});
