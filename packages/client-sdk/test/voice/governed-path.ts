import { expect } from 'chai';
import type { Downlink } from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { PathGovernor, type Arrivals } from '../../src/voice/path-governor.js';

export interface GovernedPathOptions {
  readonly webSocket?: boolean;
}

const WAY_MS = 20;

/**
 * A governor on a network that it cannot see: pings and questions are answered after 40 ms while
 * `works`. What it does is written down with the time of it.
 */
export class GovernedPath {
  readonly clock: FakeClock = createFakeClock();
  readonly governor: PathGovernor;
  /** Times of what the governor had done. */
  readonly pings: number[] = [];
  readonly asks: number[] = [];
  readonly renewals: number[] = [];
  readonly told: string[] = [];
  /** Changes of what it has chosen. */
  readonly ways: { at: number; up: Downlink | null; down: Downlink }[] = [];
  /** Datagrams pass, both ways. */
  works = true;
  arrivals: Arrivals = 'unknown';
  pongs = 0;
  /** Called after everything that happens. */
  watch: () => void = () => {};
  /** What the system answers to an attempt to open a socket; `null`: it opens. */
  refusal: string | null = null;
  #cancelAlarm: (() => void) | null = null;
  #way = '';

  constructor({ webSocket = true }: GovernedPathOptions = {}) {
    this.governor = new PathGovernor({
      webSocket,
      actions: {
        renew: () => this.#renew(),
        ask: () => {
          this.asks.push(this.clock.now());
          this.#answer(() => this.does((now) => this.governor.challenged(now)));
        },
        ping: (at) => {
          this.pings.push(at);
          this.#answer(() => this.#pong(at));
        },
        gaveUp: (message) => void this.told.push(message),
      },
    });
    this.#look();
  }

  get up(): Downlink | null {
    return this.governor.uplink;
  }

  get down(): Downlink {
    return this.governor.downlink;
  }

  start(): void {
    this.does((now) => this.governor.start(now));
  }

  /** On UDP for a while, in silence. */
  startInUse(): void {
    this.start();
    this.pass(100);
  }

  does(what: (nowMs: number) => void): void {
    what(this.clock.now());
    this.#settle();
  }

  pass(ms: number): void {
    this.clock.advance(ms);
  }

  /** Speech both ways for so long; what is sent to this end is heard while it works. */
  talk(ms: number): void {
    for (let passed = 0; passed < ms; passed += WAY_MS) {
      this.does((now) => {
        if (this.up !== 'websocket' && this.up !== null) this.governor.mediaSent(now);
        const isUdp = this.up === 'udp' || this.up === 'both';
        if (this.works && isUdp) this.governor.mediaReceived(now);
      });
      this.pass(WAY_MS);
    }
  }

  /** Empties the list: what comes into it from here on is what the test looks at. */
  since(list: unknown[]): void {
    list.length = 0;
  }

  #renew(): void {
    this.renewals.push(this.clock.now());
    const { refusal } = this;
    // As with real sockets, nothing comes of it in the same turn.
    this.clock.after(0, () =>
      this.does((now) => {
        if (refusal === null) this.governor.opened(now);
        else this.governor.failed(refusal, now);
      }),
    );
  }

  #answer(arrive: () => void): void {
    if (!this.works || this.refusal !== null) return;
    this.clock.after(2 * WAY_MS, () => {
      if (this.works) arrive();
    });
  }

  #pong(pingedAt: number): void {
    this.pongs += 1;
    this.does((now) => this.governor.pong(pingedAt, this.arrivals, now));
  }

  #settle(): void {
    this.governor.tick(this.clock.now());
    this.#look();
    this.watch();
    this.#cancelAlarm?.();
    const at = this.governor.nextDueAt;
    this.#cancelAlarm =
      at === Infinity
        ? null
        : this.clock.after(at - this.clock.now(), () => {
            this.#cancelAlarm = null;
            this.#settle();
          });
  }

  #look(): void {
    const { up, down } = this;
    const way = `${up} ${down}`;
    if (this.#way === way) return;
    this.#way = way;
    this.ways.push({ at: this.clock.now(), up, down });
  }
}

/** On UDP, as after a start that went well. */
export function inUse(): GovernedPath {
  const path = new GovernedPath();
  path.startInUse();
  expect(path.up).to.equal('udp');
  return path;
}

/** On the WebSocket after UDP died in the middle of speech; nothing works there any more. */
export function fallen(): GovernedPath {
  const path = inUse();
  path.talk(2_000);
  path.works = false;
  path.talk(5_000);
  expect([path.up, path.down]).to.deep.equal(['websocket', 'websocket']);
  return path;
}
