import { expect } from 'chai';
import type { Facts } from '../../src/hook/hooks.js';
import { createHookBench } from '../double/hook-bench.js';

const rotated = (epoch: number): Facts['keyRotated'] => ({
  organizationId: 'o',
  routeId: 'r',
  epoch,
});

describe('observers', () => {
  it('are told after the present turn, in order of the facts and of registration', async () => {
    const { hooks, clock } = createHookBench();
    const heard: string[] = [];
    hooks.addObserver('a', 'keyRotated', ({ epoch }) => void heard.push(`a${epoch}`));
    hooks.addObserver('b', 'keyRotated', ({ epoch }) => void heard.push(`b${epoch}`));
    hooks.listeners.on('keyRotated', ({ epoch }) => heard.push(`program${epoch}`));
    hooks.tell('keyRotated', rotated(1));
    hooks.tell('keyRotated', rotated(2));
    await Promise.resolve();
    expect(heard).to.deep.equal([]);
    await clock.settle();
    expect(heard).to.deep.equal(['a1', 'b1', 'program1', 'a2', 'b2', 'program2']);
  });

  it('harm nobody when they throw, reject, or return a broken thenable', async () => {
    const { hooks, clock, log } = createHookBench();
    const heard: string[] = [];
    hooks.addObserver('throwing', 'keyRotated', () => {
      throw new Error('no');
    });
    hooks.addObserver('rejecting', 'keyRotated', () => Promise.reject(new Error('no')));
    hooks.addObserver('odd', 'keyRotated', () => {
      return {
        get then(): never {
          throw new Error('no');
        },
      } as unknown as Promise<void>;
    });
    hooks.listeners.on('keyRotated', () => {
      throw new Error('no');
    });
    hooks.addObserver('fine', 'keyRotated', () => void heard.push('fine'));
    hooks.listeners.on('keyRotated', () => heard.push('program'));
    hooks.tell('keyRotated', rotated(1));
    await clock.settle();
    expect(heard).to.deep.equal(['fine', 'program']);
    for (const name of ['throwing', 'rejecting', 'odd', 'embedding program']) {
      expect(log.messages('error').filter((line) => line.includes(`"${name}"`))).to.have.length(
        1,
        name,
      );
    }
    expect(log.messages('error')).to.have.length(4);
  });

  it('see the fact as it was, and cannot change it for others', async () => {
    const { hooks, clock, log } = createHookBench();
    const epochs: number[] = [];
    hooks.addObserver('changing', 'keyRotated', (fact) => {
      fact.epoch = 99;
    });
    hooks.addObserver('b', 'keyRotated', ({ epoch }) => void epochs.push(epoch));
    const fact = rotated(1);
    hooks.tell('keyRotated', fact);
    fact.epoch = 2;
    await clock.settle();
    expect(epochs).to.deep.equal([1]);
    expect(log.messages('error')[0]).to.include('"changing"');
  });

  it('hear what is told while they are told', async () => {
    const { hooks, clock } = createHookBench();
    const epochs: number[] = [];
    hooks.addObserver('a', 'keyRotated', ({ epoch }) => {
      epochs.push(epoch);
      if (epoch < 3) hooks.tell('keyRotated', rotated(epoch + 1));
    });
    hooks.tell('keyRotated', rotated(1));
    await clock.settle();
    expect(epochs).to.deep.equal([1, 2, 3]);
  });

  it('are told at once by a flush, and not twice', async () => {
    const { hooks, clock } = createHookBench();
    const epochs: number[] = [];
    hooks.addObserver('a', 'keyRotated', ({ epoch }) => void epochs.push(epoch));
    hooks.tell('keyRotated', rotated(1));
    hooks.flush();
    expect(epochs).to.deep.equal([1]);
    await clock.settle();
    expect(epochs).to.deep.equal([1]);
  });

  it('hear once as a listener that asked for one', async () => {
    const { hooks, clock } = createHookBench();
    const epochs: number[] = [];
    hooks.listeners.once('keyRotated', ({ epoch }) => epochs.push(epoch));
    hooks.tell('keyRotated', rotated(1));
    hooks.tell('keyRotated', rotated(2));
    await clock.settle();
    expect(epochs).to.deep.equal([1]);
  });
});
