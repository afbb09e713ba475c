import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import type { RouteEpoch } from '../../src/contracts/key-service.js';
import { KeyRotation, type RotationSteps } from '../../src/key/key-rotation.js';

/** A route whose holders acknowledge when the test says so. */
class ScriptedRoute implements RotationSteps {
  readonly clock: FakeClock = createFakeClock();
  readonly log: string[] = [];
  readonly rotation = new KeyRotation(this.clock, this);
  holders: string[] = ['a', 'b'];
  failures = 0;
  #epoch = 0;
  readonly #waiting = new Map<string, { resolve: () => void; reject: (cause: Error) => void }>();

  make(): Promise<RouteEpoch> {
    if (this.failures > 0) {
      this.failures--;
      return Promise.reject(new Error('no keys'));
    }
    return Promise.resolve({ epoch: (this.#epoch += 1), secret: new Uint8Array(32) });
  }

  install(next: RouteEpoch): ReadonlyMap<string, Promise<void>> {
    this.#note(`install ${next.epoch}`);
    return new Map(
      this.holders.map((holder) => [
        holder,
        new Promise<void>((resolve, reject) => this.#waiting.set(holder, { resolve, reject })),
      ]),
    );
  }

  activate(next: RouteEpoch): void {
    this.#note(`activate ${next.epoch}`);
  }

  failed(_cause: unknown, retryMs: number): void {
    this.#note(`failed, again in ${retryMs}`);
  }

  leave(holder: string): void {
    this.holders = this.holders.filter((each) => each !== holder);
    this.rotation.holderLeft(holder);
  }

  async acknowledge(...holders: string[]): Promise<void> {
    for (const holder of holders) this.#waiting.get(holder)?.resolve();
    await this.clock.settle();
  }

  async lose(holder: string): Promise<void> {
    this.#waiting.get(holder)?.reject(new Error('gone'));
    await this.clock.settle();
  }

  #note(what: string): void {
    this.log.push(`${this.clock.now()}: ${what}`);
  }
}

describe('KeyRotation', () => {
  it('installs 200 ms after a leave, and activates when the last holder has acknowledged', async () => {
    const route = new ScriptedRoute();
    route.leave('x');
    await route.clock.advanceAsync(250);
    await route.acknowledge('a');
    await route.clock.advanceAsync(30);
    await route.acknowledge('b');
    expect(route.log).to.deep.equal(['200: install 1', '280: activate 1']);
  });

  it('does not let later leaves extend the window of the first', async () => {
    const route = new ScriptedRoute();
    route.leave('x');
    for (let i = 0; i < 4; i++) {
      await route.clock.advanceAsync(45);
      route.leave(`y${i}`);
    }
    await route.clock.advanceAsync(20);
    await route.acknowledge('a', 'b');
    await route.clock.advanceAsync(5_000);
    expect(route.log).to.deep.equal(['200: install 1', '200: activate 1']);
  });

  it('activates after 350 ms without the acknowledgements that are still missing', async () => {
    const route = new ScriptedRoute();
    route.leave('x');
    await route.clock.advanceAsync(549);
    expect(route.log).to.deep.equal(['200: install 1']);
    await route.clock.advanceAsync(1);
    expect(route.log).to.deep.equal(['200: install 1', '550: activate 1']);
  });

  it('does not wait for a holder that is gone', async () => {
    const route = new ScriptedRoute();
    route.leave('x');
    await route.clock.advanceAsync(200);
    await route.acknowledge('a');
    await route.lose('b');
    expect(route.log).to.deep.equal(['200: install 1', '200: activate 1']);
  });

  it('does not wait for a holder without the secret that leaves, nor rotate for it', async () => {
    const route = new ScriptedRoute();
    route.leave('x');
    await route.clock.advanceAsync(200);
    await route.acknowledge('a');
    route.rotation.holderGone('b');
    await route.clock.advanceAsync(5_000);
    expect(route.log).to.deep.equal(['200: install 1', '200: activate 1']);
  });

  it('activates at once where nobody holds keys', async () => {
    const route = new ScriptedRoute();
    route.holders = [];
    route.leave('x');
    await route.clock.advanceAsync(200);
    expect(route.log).to.deep.equal(['200: install 1', '200: activate 1']);
  });

  it('rotates again for who leaves during the installation, and has its key already', async () => {
    const route = new ScriptedRoute();
    route.leave('x');
    await route.clock.advanceAsync(300);
    route.leave('a');
    await route.acknowledge('b');
    expect(route.rotation.installing).to.equal(null);
    await route.clock.advanceAsync(200);
    expect(route.log).to.deep.equal(['200: install 1', '300: activate 1', '500: install 2']);
  });

  it('finishes one rotation before it begins the next', async () => {
    const route = new ScriptedRoute();
    route.leave('x');
    await route.clock.advanceAsync(210);
    route.leave('a');
    await route.clock.advanceAsync(1_000);
    expect(route.log.slice(0, 3)).to.deep.equal([
      '200: install 1',
      '550: activate 1',
      '550: install 2',
    ]);
  });

  it('begins at most four rotations a second', async () => {
    const route = new ScriptedRoute();
    route.holders = [];
    for (let i = 0; i < 400; i++) {
      route.leave(`x${i}`);
      await route.clock.advanceAsync(10);
    }
    const installs = route.log.filter((line) => line.includes('install'));
    const times = installs.map((line) => Number.parseInt(line, 10));
    for (let i = 4; i < times.length; i++) {
      expect((times[i] ?? 0) - (times[i - 4] ?? 0)).to.be.at.least(1_000);
    }
    expect(times.length).to.be.at.least(14);
  });

  it('tries again with growing pauses when no key can be made, and then goes on', async () => {
    const route = new ScriptedRoute();
    route.holders = [];
    route.failures = 7;
    route.leave('x');
    await route.clock.advanceAsync(60_000);
    expect(route.log).to.deep.equal([
      '200: failed, again in 250',
      '450: failed, again in 500',
      '950: failed, again in 1000',
      '1950: failed, again in 2000',
      '3950: failed, again in 4000',
      '7950: failed, again in 5000',
      '12950: failed, again in 5000',
      '17950: install 1',
      '17950: activate 1',
    ]);
  });

  it('lets no epoch be active for more than 24 hours', async () => {
    const route = new ScriptedRoute();
    route.rotation.opened();
    await route.clock.advanceAsync(86_400_000);
    expect(route.log).to.deep.equal(['86399650: install 1', '86400000: activate 1']);
    await route.clock.advanceAsync(86_400_000);
    expect(route.log).to.have.length(4);
  });

  it('leaves no timer behind and does nothing after it was closed', async () => {
    for (const stopAfterMs of [0, 100, 200, 300]) {
      const route = new ScriptedRoute();
      route.rotation.opened();
      route.leave('x');
      await route.clock.advanceAsync(stopAfterMs);
      route.rotation.close();
      const before = [...route.log];
      expect(route.clock.pending).to.equal(0);
      await route.acknowledge('a', 'b');
      route.leave('a');
      await route.clock.advanceAsync(10_000);
      expect(route.log).to.deep.equal(before);
    }
  });
});
