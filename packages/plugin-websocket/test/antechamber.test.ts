import { MemoryMetrics } from '@sidetone/core';
import { expect } from 'chai';
import { Antechamber, type Newcomer } from '../src/antechamber.js';

/** Connections that come in, and in which order they had to go. */
class Door {
  readonly metrics = new MemoryMetrics();
  readonly left: string[] = [];
  /** All who are here have just come. */
  fresh = false;
  readonly #antechamber: Antechamber;

  constructor(limits: { readonly perAddress: number; readonly total: number }) {
    const displaced = this.metrics.counter('displaced');
    this.#antechamber = new Antechamber({ limits, displaced });
  }

  /** `name`, or why it is not let in. */
  come(remoteAddress: string, name: string, idle: () => boolean = () => true): string {
    const place = this.#antechamber.admit(remoteAddress);
    if (!place.admitted) return place.reason;
    const release = (): void => {
      this.#antechamber.leave(newcomer);
      place.release();
    };
    const isFresh = (): boolean => this.fresh;
    const newcomer: Newcomer = {
      remoteAddress,
      get fresh() {
        return isFresh();
      },
      get idle() {
        return idle();
      },
      makeRoom: () => {
        this.left.push(name);
        release();
        release();
      },
    };
    this.#antechamber.enter(newcomer);
    return name;
  }
}

describe('the antechamber', () => {
  it('makes room for who comes by sending away the oldest of the network that has most', () => {
    const door = new Door({ perAddress: 3, total: 5 });
    for (const name of ['a1', 'a2']) door.come('192.0.2.1', name);
    for (const name of ['b1', 'b2', 'b3']) door.come('192.0.2.2', name);
    expect(door.come('192.0.2.3', 'c1')).to.equal('c1');
    expect(door.left).to.deep.equal(['b1']);
    expect(door.come('192.0.2.4', 'd1')).to.equal('d1');
    expect(door.come('192.0.2.5', 'e1')).to.equal('e1');
    expect(door.left).to.deep.equal(['b1', 'a1', 'b2']);
    expect(door.metrics.snapshot()).to.deep.equal({ displaced: 3 });
  });

  it('takes an IPv6 network of 64 bits for one address', () => {
    const door = new Door({ perAddress: 3, total: 3 });
    door.come('192.0.2.1', 'a1');
    for (const host of [1, 2]) door.come(`2001:db8::${host}`, `b${host}`);
    door.come('2001:db8:0:1::1', 'c1');
    expect(door.left).to.deep.equal(['b1']);
  });

  it('refuses who comes from an address that has its share, and sends nobody away for it', () => {
    const door = new Door({ perAddress: 2, total: 3 });
    for (const name of ['a1', 'a2']) door.come('192.0.2.1', name);
    expect(door.come('192.0.2.1', 'a3')).to.equal('addressFull');
    expect(door.come('192.0.2.2', 'b1')).to.equal('b1');
    expect(door.come('192.0.2.2', 'b2')).to.equal('b2');
    expect(door.left).to.deep.equal(['a1']);
  });

  it('lets stay who is waited for, and refuses who comes where that is everybody', () => {
    const door = new Door({ perAddress: 4, total: 4 });
    let waited = true;
    for (const name of ['a1', 'a2', 'a3']) door.come('192.0.2.1', name, () => !waited);
    door.come('192.0.2.2', 'b1', () => !waited);
    expect(door.come('192.0.2.3', 'c1')).to.equal('full');
    expect(door.left).to.deep.equal([]);
    waited = false;
    expect(door.come('192.0.2.3', 'c1')).to.equal('c1');
    expect(door.left).to.deep.equal(['a1']);
  });

  it('passes over a network that is signing in, however many it has', () => {
    const door = new Door({ perAddress: 4, total: 4 });
    for (const name of ['a1', 'a2', 'a3']) door.come('192.0.2.1', name, () => false);
    door.come('192.0.2.2', 'b1');
    expect(door.come('192.0.2.3', 'c1')).to.equal('c1');
    expect(door.left).to.deep.equal(['b1']);
  });

  it('sends one that has just come away only where its network has more than that of who comes', () => {
    const door = new Door({ perAddress: 4, total: 4 });
    door.fresh = true;
    for (const name of ['a1', 'a2', 'a3']) door.come('192.0.2.1', name);
    door.come('192.0.2.2', 'b1');
    expect(door.come('192.0.2.1', 'a4')).to.equal('full');
    expect(door.come('192.0.2.2', 'b2')).to.equal('b2');
    expect(door.come('192.0.2.2', 'b3')).to.equal('full');
    expect(door.come('192.0.2.3', 'c1')).to.equal('c1');
    expect(door.left).to.deep.equal(['a1', 'a2']);
  });

  it('makes room on loopback too, where one address has everybody', () => {
    const door = new Door({ perAddress: 1, total: 3 });
    for (const name of ['a1', 'a2', 'a3', 'a4'])
      expect(door.come('127.0.0.1', name)).to.equal(name);
    expect(door.left).to.deep.equal(['a1']);
  });
});
