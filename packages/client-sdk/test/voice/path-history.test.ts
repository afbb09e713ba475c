import { expect } from 'chai';
import fc from 'fast-check';
import { GovernedPath } from './governed-path.js';

const HELD_MS = 600_000;

type Step =
  | { readonly kind: 'pass' | 'talk'; readonly ms: number }
  | { readonly kind: 'die' | 'heal' | 'refuse' | 'lose' | 'cut' | 'restore' | 'move' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: pause() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('talk' as const),
      ms: fc.integer({ min: 20, max: 8_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('die', 'heal', 'refuse', 'lose', 'cut', 'restore'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const) }) },
);

function pause(): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 1, max: 4_000 }), fc.integer({ min: 4_000, max: 60_000 }));
}

/** A history of a network, and what must be true of the choice at every moment of it. */
class History {
  readonly path = new GovernedPath();
  /** Since when each of these has been so without a break; `null`: it is not so. */
  #bothSince: number | null = null;
  #worksSince: number | null = 0;
  #controlSince: number | null = 0;
  #falls: number[] = [];
  #heldUntil = -Infinity;
  #proven = false;
  #seenPongs = 0;
  #lastUp: unknown = null;
  #cutAt: number | null = null;

  constructor() {
    this.path.watch = () => this.#check();
    this.path.start();
  }

  run(one: Step): void {
    const { path } = this;
    const { governor } = path;
    switch (one.kind) {
      case 'pass':
        return path.pass(one.ms);
      case 'talk':
        return path.talk(one.ms);
      case 'die':
        path.works = false;
        return this.#broken();
      case 'heal':
        return this.#heal();
      case 'refuse':
        path.refusal = 'ENETUNREACH';
        this.#broken();
        return path.does((now) => governor.failed('ENETUNREACH', now));
      case 'lose':
        path.arrivals = 'losing';
        return this.#broken();
      case 'cut':
        if (this.#controlSince === null) return;
        this.#controlSince = null;
        this.#falls = [];
        return path.does((now) => governor.controlLost(now));
      case 'restore':
        if (this.#controlSince !== null) return;
        this.#controlSince = path.clock.now();
        return path.does((now) => governor.controlRestored(now));
      case 'move':
        this.#falls = [];
        this.#heldUntil = -Infinity;
        return path.does((now) => governor.networkChanged(now));
    }
  }

  /** Everything is well from here on, for as long as anything may be held against it. */
  heal(): void {
    this.#heal();
    this.run({ kind: 'restore' });
    this.path.pass(HELD_MS + 120_000);
  }

  #broken(): void {
    this.#worksSince = null;
  }

  #heal(): void {
    const { path } = this;
    path.works = true;
    path.refusal = null;
    path.arrivals = 'arriving';
    this.#worksSince ??= path.clock.now();
  }

  #check(): void {
    const { path } = this;
    const { up, down, clock } = path;
    const now = clock.now();
    if (path.pongs > this.#seenPongs && (up === 'udp' || up === 'both')) this.#proven = true;
    this.#seenPongs = path.pongs;
    this.#bothSince = up === 'both' ? (this.#bothSince ?? now) : null;
    must(now - (this.#bothSince ?? now) <= 2_000, 'both paths for 2 s at most');
    if (this.#controlSince === null) {
      must(up === 'udp' || up === null, 'the WebSocket needs a control connection');
      const sureSince = Math.max(this.#worksSince ?? Infinity, this.#cutAt ?? now);
      must(up === 'udp' || now - sureSince <= 8_000, 'UDP is taken where nothing else works');
    } else {
      must(up !== null, 'the WebSocket is there with a control connection');
      must(up !== 'both' || down === 'both', 'the server is to use both paths too');
      must(up === 'websocket' || now >= this.#heldUntil, 'UDP is held off after three falls');
    }
    this.#countFall(now);
  }

  #countFall(now: number): void {
    const { up } = this.path;
    this.#cutAt = this.#controlSince === null ? (this.#cutAt ?? now) : null;
    const wasUdp = this.#lastUp === 'udp' || this.#lastUp === 'both';
    const isUdp = up === 'udp' || up === 'both';
    if (this.#controlSince !== null && wasUdp && !isUdp && this.#proven) {
      this.#falls = [...this.#falls.filter((at) => now - at < HELD_MS), now];
      if (this.#falls.length === 3) {
        this.#heldUntil = now + HELD_MS;
        this.#falls = [];
      }
    }
    if (!isUdp) this.#proven = false;
    this.#lastUp = up;
  }
}

/** Asked thousands of times in a run, where an assertion of chai is slow. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}

describe('The choice of the path, whatever happens', () => {
  it('is never none while one works, never both for longer than 2 s, damped, and UDP in the end', function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const history = new History();
        for (const one of steps) history.run(one);
        history.heal();
        const { path } = history;
        expect([path.up, path.down]).to.deep.equal(['udp', 'udp']);
        path.since(path.ways);
        path.talk(20_000);
        expect(path.ways, 'after it has healed').to.deep.equal([]);
      }),
      { numRuns: 300 },
    );
  });
});
