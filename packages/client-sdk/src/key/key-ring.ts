import type {
  FrameCipher,
  KeysActivate,
  KeysSenders,
  RouteKeys,
  RouteView,
} from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../clock/clock.js';
import type { KeyIntake } from './key-intake.js';
import { RouteRing } from './route-ring.js';
import { SenderSlots } from './sender-slots.js';

/** Receivers keep an epoch this long after another took its place: frames are still under way. */
export const OLD_EPOCH_MS = 2_000;

/** So long, too, the sources of a session that has left, or its last frames would be unknown. */
const LEFT_SESSION_MS = OLD_EPOCH_MS;

export interface KeyRingListener {
  /** The route has new keys or senders: frames that waited for them may be opened now. */
  changed(routeHandle: number): void;
  /** The route is held, but not what the server speaks of. */
  missing(routeId: string): void;
}

/** All keys of a session, by route. */
export class KeyRing implements KeyIntake {
  readonly #cipher: FrameCipher;
  readonly #clock: Clock;
  readonly #listener: KeyRingListener;
  readonly #slots = new SenderSlots();
  readonly #byId = new Map<string, RouteRing>();
  readonly #byHandle = new Map<number, RouteRing>();
  readonly #cancelTimers = new Set<CancelTimer>();

  constructor(cipher: FrameCipher, clock: Clock, listener: KeyRingListener) {
    this.#cipher = cipher;
    this.#clock = clock;
    this.#listener = listener;
  }

  install(keys: RouteKeys): void {
    const ring = this.#ringFor(keys.route);
    ring.install(keys);
    if (keys.active) this.#activate(ring, keys.epoch);
    this.#listener.changed(keys.route.handle);
  }

  activate({ route, epoch }: KeysActivate): void {
    const ring = this.#byId.get(route);
    // Not held any more: the answer to a leave was still on its way.
    if (ring && !this.#activate(ring, epoch)) this.#listener.missing(route);
  }

  addSenders({ route, senders }: KeysSenders): void {
    const ring = this.#byId.get(route.id);
    if (!ring) return;
    ring.addSenders(senders);
    this.#listener.changed(ring.route.handle);
  }

  byId(routeId: string): RouteRing | undefined {
    return this.#byId.get(routeId);
  }

  byHandle(routeHandle: number): RouteRing | undefined {
    return this.#byHandle.get(routeHandle);
  }

  /** This client hears only these any more: nothing of others may be opened. */
  forgetUnless(isHeard: (route: RouteView) => boolean): void {
    for (const ring of [...this.#byId.values()]) if (!isHeard(ring.route)) this.#forget(ring);
  }

  /** The route is over for good: a whisper or shout that is not spoken any more. */
  forgetRoute(routeId: string): void {
    const ring = this.#byId.get(routeId);
    if (ring) this.#forget(ring);
    this.#slots.forget(routeId);
  }

  /** All routes are these: what others had may not be opened or sealed with any more. */
  retain(routeIds: ReadonlySet<string>): void {
    for (const ring of [...this.#byId.values()]) {
      if (!routeIds.has(ring.route.id)) this.#forget(ring);
    }
  }

  /**
   * The session has left. One that is merely out of sight may talk again: its keys are then fetched
   * like those of any unknown sender.
   */
  forgetSession(sessionId: string): void {
    this.#later(LEFT_SESSION_MS, () => {
      for (const ring of this.#byId.values()) ring.forgetSession(sessionId);
    });
  }

  close(): void {
    for (const cancel of this.#cancelTimers) cancel();
    this.#cancelTimers.clear();
    for (const ring of [...this.#byId.values()]) this.#forget(ring);
  }

  #ringFor(route: RouteKeys['route']): RouteRing {
    const namesake = this.#byHandle.get(route.handle);
    // A handle is given anew only after it rested: its former route is long over.
    if (namesake && namesake.route.id !== route.id) this.#forget(namesake);
    const ring = this.#byId.get(route.id) ?? new RouteRing(route, this.#cipher, this.#slots);
    if (ring.route.handle !== route.handle) this.#byHandle.delete(ring.route.handle);
    this.#byId.set(route.id, ring);
    this.#byHandle.set(route.handle, ring);
    return ring;
  }

  #activate(ring: RouteRing, epoch: number): boolean {
    const replaced = ring.activate(epoch);
    if (replaced === null) return false;
    if (replaced.length > 0) {
      this.#later(OLD_EPOCH_MS, () => {
        for (const old of replaced) ring.dropEpoch(old);
      });
    }
    return true;
  }

  #later(delayMs: number, run: () => void): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#cancelTimers.delete(cancel);
      run();
    });
    this.#cancelTimers.add(cancel);
  }

  #forget(ring: RouteRing): void {
    ring.wipe();
    this.#byId.delete(ring.route.id);
    if (this.#byHandle.get(ring.route.handle) === ring) this.#byHandle.delete(ring.route.handle);
  }
}
