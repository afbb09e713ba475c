import { encodeNotification } from '@sidetone/protocol';
import type { CancelTimer } from '../contracts/clock.js';
import type {
  ControlConnection,
  ControlIngress,
  ControlPeer,
} from '../contracts/control-transport.js';
import { inBatches } from '../domain/in-batches.js';
import type { World } from '../domain/world.js';
import { AdmissionQueue, type Admission } from './admission-queue.js';
import { ControlSession } from './control-session.js';
import { Entrance } from './entrance.js';
import type { RequestDispatcher } from './request-dispatcher.js';
import { retrySpreadMs } from './retry-spread.js';
import { SignInLimit } from './sign-in-limit.js';

const TICK_MS = 2000;
const VERSION = '0.1.0';

/** Takes control connections from transports until it is closed. */
export class ControlDoor implements ControlIngress {
  readonly #world: World;
  readonly #dispatcher: RequestDispatcher;
  readonly #entrance: Entrance;
  readonly #connections = new Set<ControlSession>();
  /** The same for everybody. */
  readonly #hello: string;
  readonly #cancelTick: CancelTimer;
  readonly #admission: AdmissionQueue;
  readonly #signInLimit: SignInLimit;
  /** Sessions at the beginning of the drain: they all come back, however few are left here. */
  #leaving = 0;
  #open = true;
  #onEmpty: (() => void) | null = null;

  constructor(world: World, dispatcher: RequestDispatcher) {
    this.#world = world;
    this.#dispatcher = dispatcher;
    this.#entrance = new Entrance(world, () => this.#open);
    this.#hello = helloOf(world);
    const { clock, metrics, options } = world.dependencies;
    const retryAfterMs = (): number => this.#retryAfterMs();
    this.#admission = new AdmissionQueue({ clock, metrics, retryAfterMs });
    this.#signInLimit = new SignInLimit({ clock, metrics, rate: options.signInRate });
    this.#cancelTick = clock.every(TICK_MS, () => {
      for (const connection of this.#connections) connection.tick();
    });
  }

  accept(peer: ControlPeer): ControlConnection {
    const ended = new AbortController();
    const connection: ControlSession = new ControlSession(
      {
        world: this.#world,
        dispatcher: this.#dispatcher,
        entrance: this.#entrance,
        hello: this.#hello,
        admission: this.#admissionOf(peer.remoteAddress, ended.signal),
        retryAfterMs: () => this.#retryAfterMs(),
        onEnd: () => {
          ended.abort();
          this.#connections.delete(connection);
          if (this.#connections.size === 0) this.#onEmpty?.();
        },
      },
      peer,
    );
    this.#connections.add(connection);
    if (!this.#open) connection.shutDown();
    return connection;
  }

  /** Refuses newcomers, tells everybody, and waits until all have gone or the time is over. */
  async drain(deadlineMs: number): Promise<void> {
    this.#open = false;
    this.#leaving = this.#world.registry.sessionCount;
    const { clock } = this.#world.dependencies;
    const untilMs = clock.now() + deadlineMs;
    const hasTime = (): boolean => clock.now() < untilMs;
    await inBatches(this.#connections, hasTime, (connection) => connection.shutDown());
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(untilMs - clock.now(), resolve);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
    });
  }

  close(): void {
    this.#open = false;
    this.#cancelTick();
  }

  /** Whoever is over its limit is told before it takes a place of somebody else. */
  #admissionOf(address: string, ended: AbortSignal): Admission {
    return {
      admit: (kind, work) =>
        this.#signInLimit.pass(kind, address, () => this.#admission.admit(kind, work, ended)),
    };
  }

  #retryAfterMs(): number {
    return retrySpreadMs(Math.max(this.#leaving, this.#world.registry.sessionCount));
  }
}

function helloOf({ dependencies }: World): string {
  const { options, authenticators, extensions } = dependencies;
  return encodeNotification('hello', {
    protocol: 'sidetone.v1',
    server: { name: options.serverName, version: VERSION },
    authentication: authenticators.map(({ method }) => method),
    features: [...extensions.methods.keys(), ...extensions.events.keys()],
    limits: options.limits,
  });
}
