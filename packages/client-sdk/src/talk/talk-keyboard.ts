import type { Clock } from '../clock/clock.js';
import type { KeyBinding, Slot, TalkKey } from '../gate/key-press.js';
import type { KeyState } from '../gate/key-board.js';
import { resolveGateOptions } from '../gate/resolve-gate-options.js';
import type { TalkMode } from '../gate/talk-gate.js';
import type { TalkHint } from '../gate/talk-hints.js';
import type { KeyGate } from '../media/key-gate.js';
import type { OnAir } from './on-air-book.js';
import {
  requireKey,
  requireMode,
  requireSlot,
  requireStyle,
  targetsFor,
  type SlotOptions,
  type TalkKeyboardOptions,
} from './talk-keyboard-options.js';
import type { TalkSource } from './talk-source.js';
import type { TalkTarget } from './talk-target.js';

export interface TalkKeyboardParts {
  readonly source: TalkSource;
  readonly clock: Clock;
  readonly onAirChanged: (keys: TalkKeyboard) => void;
  readonly hint: (hint: TalkHint, keys: TalkKeyboard) => void;
  readonly closed: (keys: TalkKeyboard) => void;
}

export interface TalkKeyboardState {
  /** What is being sent now, and since when. */
  readonly onAir: readonly OnAir<TalkTarget>[];
  /** `master` and the slots that are bound. In a page a latch shows some milliseconds late. */
  readonly keys: readonly KeyState[];
}

const KEYBOARD = 'keyboard';

/**
 * Keys that say where a source is heard: eight slots with a talk target each, and a base set for
 * what is said beside them. Pressed slots take the place of the base set, several are their union,
 * and each captured frame goes where its key was down when it was captured.
 */
export class TalkKeyboard {
  readonly #parts: TalkKeyboardParts;
  readonly #gate: KeyGate<TalkTarget>;
  readonly #bindings = new Map<Slot, KeyBinding<TalkTarget>>();
  #base: readonly TalkTarget[];
  #mode: TalkMode;
  #closed = false;

  constructor(parts: TalkKeyboardParts, options: TalkKeyboardOptions) {
    const { base = [], mode = 'pushToTalk' } = options;
    const resolved = resolveGateOptions(options);
    requireMode(mode);
    this.#parts = parts;
    this.#base = targetsFor(parts.source.name, base);
    this.#mode = mode;
    this.#gate = parts.source.openGate(resolved, {
      onAirChanged: () => parts.onAirChanged(this),
      hint: (hint) => parts.hint(hint, this),
    });
    this.#gate.setBase(this.#base, mode);
  }

  /** Name of the source that it decides for. */
  get source(): string {
    return this.#parts.source.name;
  }

  get mode(): TalkMode {
    return this.#mode;
  }

  get base(): readonly TalkTarget[] {
    return this.#base;
  }

  get state(): TalkKeyboardState {
    return { onAir: this.#gate.onAir, keys: this.#gate.keys };
  }

  /** What the slot talks to, if it is bound. */
  targetsOf(slot: Slot): readonly TalkTarget[] {
    return this.#bindings.get(slot)?.targets ?? [];
  }

  /**
   * Says where a slot talks. A slot that is down goes on with what it was pressed for. Throws
   * `ERR_CLIENT_KEYBOARD`, and `ERR_CLIENT_TARGET_CLOSED` for a target that has ended.
   */
  bind(
    slot: Slot,
    target: TalkTarget | readonly TalkTarget[],
    { additive = false, style = 'hold' }: SlotOptions = {},
  ): void {
    requireSlot(slot);
    requireStyle(style);
    const binding = { targets: targetsFor(this.source, target), additive, style };
    this.#bindings.set(slot, binding);
    this.#gate.bind(slot, binding);
  }

  /** Releases the slot, a latch too, and lets it do nothing. */
  unbind(slot: Slot): void {
    requireSlot(slot);
    this.#bindings.delete(slot);
    this.#gate.unbind(slot, this.#now());
  }

  /** Changes what is talked to while no slot is. Throws as `bind` does. */
  setBase(base: TalkTarget | readonly TalkTarget[], mode: TalkMode = 'pushToTalk'): void {
    requireMode(mode);
    this.#base = targetsFor(this.source, base);
    this.#mode = mode;
    this.#gate.setBase(this.#base, mode);
  }

  /**
   * A key goes down. What was captured 60 ms before is sent, too, unless another key was down then.
   * The repeats of a key that is held do nothing, and neither does a key that is not bound.
   * @param by what presses it: two inputs that hold one key are one press, until both let go
   * @param timeMs when it went down, on `client.clock`; now unless given
   * @returns whether the key is bound
   */
  press(key: TalkKey, by: string = KEYBOARD, timeMs: number = this.#now()): boolean {
    requireKey(key);
    const targets = key === 'master' ? this.#base : this.targetsOf(key);
    if (this.#closed || targets.length === 0) return false;
    this.#gate.press(key, by, timeMs);
    return true;
  }

  /**
   * A key goes up. Its talk goes on for 150 ms, but no longer than until another key goes down, and
   * not at all if one did that is still down.
   */
  release(key: TalkKey, by: string = KEYBOARD, timeMs: number = this.#now()): void {
    requireKey(key);
    this.#gate.release(key, by, timeMs);
  }

  /**
   * All keys go up that are held; latches stay. For whenever a release may go unseen: the window
   * has lost its focus, the page is hidden, an input device is gone.
   */
  releaseAll(timeMs: number = this.#now()): void {
    this.#gate.releaseAll(timeMs);
  }

  /** Everything ends now, latches and the base set, too, until a key is pressed or voice begins. */
  stop(): void {
    this.#gate.stop();
  }

  /** Ends what is on air; what the source is fed goes to started targets alone. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gate.close();
    this.#parts.source.gateClosed();
    this.#parts.closed(this);
  }

  /** The target has ended; called by the desk. */
  targetClosed(target: TalkTarget): void {
    this.#base = this.#base.filter((each) => each !== target);
    this.#gate.targetClosed(target);
  }

  /** The server carries this voice no more on routes of the target; called by the desk. */
  routesLost(target: TalkTarget, routeIds: readonly string[]): void {
    this.#gate.routesLost(target, routeIds);
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}
