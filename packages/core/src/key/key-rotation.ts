import type { CancelTimer, Clock } from '../contracts/clock.js';
import type { RouteEpoch } from '../contracts/key-service.js';

/** The first leave opens it, later ones do not extend it: an evening's end is one rotation. */
export const GATHER_MS = 200;
/** The longest that an epoch waits for acknowledgements before it becomes active. */
export const INSTALL_MS = 350;
/** At most four rotations a second. */
export const ROTATION_SPACING_MS = 250;
/** No epoch is active for longer: 24 hours, the installation of its successor included. */
export const EPOCH_LIFETIME_MS = 86_400_000;

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;

/** What a rotation does to its route. */
export interface RotationSteps {
  make(): Promise<RouteEpoch>;
  /** Sends the epoch to every holder; who is named here has to acknowledge. */
  install(next: RouteEpoch): ReadonlyMap<string, Promise<void>>;
  activate(next: RouteEpoch): void;
  /** `make` failed; it is tried again after `retryMs`. */
  failed(cause: unknown, retryMs: number): void;
}

type Phase =
  | { readonly status: 'idle' }
  | { readonly status: 'waiting'; readonly cancel: CancelTimer }
  | { readonly status: 'making'; readonly cancel: CancelTimer }
  | {
      readonly status: 'installing';
      readonly next: RouteEpoch;
      readonly missing: Set<string>;
      readonly cancel: CancelTimer;
    }
  | { readonly status: 'closed' };

const nothingToCancel: CancelTimer = () => undefined;

/**
 * When the keys of one route change: gathers leaves, installs the next epoch with every holder,
 * and activates it when all who are still there have it, or when they had long enough.
 */
export class KeyRotation {
  readonly #clock: Clock;
  readonly #steps: RotationSteps;
  #phase: Phase = { status: 'idle' };
  /** When the next rotation may begin; `null` while nobody needs one. */
  #dueMs: number | null = null;
  #lastBegunMs = -Infinity;
  #cancelLifetime: CancelTimer = nothingToCancel;

  constructor(clock: Clock, steps: RotationSteps) {
    this.#clock = clock;
    this.#steps = steps;
  }

  /** The epoch that holders have and do not seal with yet. */
  get installing(): RouteEpoch | null {
    return this.#phase.status === 'installing' ? this.#phase.next : null;
  }

  /** The first epoch is there, active at once. */
  opened(): void {
    this.#armLifetime();
  }

  /** Somebody who knows the secret may no longer hear. */
  holderLeft(sessionId: string): void {
    this.holderGone(sessionId);
    this.#demand(GATHER_MS);
  }

  /** The holder stops counting; what it knows stays its own, it keeps its rights. */
  holderGone(sessionId: string): void {
    if (this.#phase.status !== 'installing') return;
    this.#phase.missing.delete(sessionId);
    this.#activateWhenComplete(this.#phase.next);
  }

  close(): void {
    this.#cancelPhase();
    this.#cancelLifetime();
    this.#dueMs = null;
    this.#phase = { status: 'closed' };
  }

  #demand(delayMs: number): void {
    // An epoch that is being made has gone to nobody yet: it will not go to who has just left.
    if (this.#phase.status === 'closed' || this.#phase.status === 'making') return;
    if (this.#dueMs !== null) return;
    this.#dueMs = Math.max(this.#clock.now() + delayMs, this.#lastBegunMs + ROTATION_SPACING_MS);
    this.#waitUntilDue();
  }

  #waitUntilDue(): void {
    if (this.#dueMs === null || this.#phase.status !== 'idle') return;
    const delayMs = Math.max(0, this.#dueMs - this.#clock.now());
    this.#phase = { status: 'waiting', cancel: this.#clock.after(delayMs, () => this.#begin()) };
  }

  #begin(): void {
    this.#dueMs = null;
    this.#lastBegunMs = this.#clock.now();
    this.#make(FIRST_RETRY_MS);
  }

  #make(retryMs: number): void {
    const making: Phase = { status: 'making', cancel: nothingToCancel };
    this.#phase = making;
    this.#steps.make().then(
      (next) => {
        if (this.#phase === making) this.#install(next);
      },
      (cause: unknown) => {
        if (this.#phase !== making) return;
        this.#steps.failed(cause, retryMs);
        const again = (): void => this.#make(Math.min(2 * retryMs, LAST_RETRY_MS));
        this.#phase = { status: 'making', cancel: this.#clock.after(retryMs, again) };
      },
    );
  }

  #install(next: RouteEpoch): void {
    const acknowledgements = this.#steps.install(next);
    const missing = new Set(acknowledgements.keys());
    const cancel = this.#clock.after(INSTALL_MS, () => this.#activate(next));
    this.#phase = { status: 'installing', next, missing, cancel };
    for (const [sessionId, acknowledged] of acknowledgements) {
      // A rejection says that the holder is gone or broken: either way it is not waited for.
      const settled = (): void => {
        if (missing.delete(sessionId)) this.#activateWhenComplete(next);
      };
      acknowledged.then(settled, settled);
    }
    this.#activateWhenComplete(next);
  }

  #activateWhenComplete(next: RouteEpoch): void {
    const phase = this.#phase;
    if (phase.status !== 'installing' || phase.next !== next || phase.missing.size > 0) return;
    this.#activate(next);
  }

  #activate(next: RouteEpoch): void {
    this.#cancelPhase();
    this.#phase = { status: 'idle' };
    this.#steps.activate(next);
    this.#armLifetime();
    this.#waitUntilDue();
  }

  #armLifetime(): void {
    this.#cancelLifetime();
    const renewAfterMs = EPOCH_LIFETIME_MS - INSTALL_MS;
    this.#cancelLifetime = this.#clock.after(renewAfterMs, () => this.#demand(0));
  }

  #cancelPhase(): void {
    const phase = this.#phase;
    if (phase.status !== 'idle' && phase.status !== 'closed') phase.cancel();
  }
}
