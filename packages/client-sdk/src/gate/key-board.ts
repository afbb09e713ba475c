import type { KeyBinding, KeyPress, TalkKey } from './key-press.js';

export interface KeyBoardOptions {
  readonly releaseTailMs: number;
  readonly preRollMs: number;
}

export interface KeyState {
  readonly key: TalkKey;
  readonly held: boolean;
  readonly latched: boolean;
}

/** Shorter than this, a press of a `tapLatch` key is a tap. */
const TAP_MS = 200;
/** More talks than keys are remembered only while the capture stands still. */
const MAX_PRESSES = 64;

interface Key<T> {
  binding: KeyBinding<T>;
  /** The inputs that hold it down: two of them make one press. */
  readonly holders: Set<string>;
  latched: boolean;
  /** The press under way ends a latch. */
  unlatching: boolean;
  downAtMs: number;
  upAtMs: number;
}

/**
 * Turns presses and releases of keys into talks with a beginning and an end. It has no clock: the
 * time comes with the events, which have to come in order.
 */
export class KeyBoard<T> {
  readonly #options: KeyBoardOptions;
  readonly #keys = new Map<TalkKey, Key<T>>();
  #presses: KeyPress<T>[] = [];
  #lastEventMs = -Infinity;
  #order = 0;

  constructor(options: KeyBoardOptions) {
    this.#options = options;
  }

  /** In the order of their first press; those that have ended, too, until they are forgotten. */
  get presses(): readonly KeyPress<T>[] {
    return this.#presses;
  }

  get keys(): readonly KeyState[] {
    return Array.from(this.#keys, ([key, { holders, latched }]) => {
      return { key, held: holders.size > 0, latched };
    });
  }

  binding(key: TalkKey): KeyBinding<T> | null {
    return this.#keys.get(key)?.binding ?? null;
  }

  /** A talk under way goes on where it began. */
  bind(key: TalkKey, binding: KeyBinding<T>): void {
    const known = this.#keys.get(key);
    if (known) known.binding = binding;
    else this.#keys.set(key, newKey(binding));
  }

  /** Releases the key, its latch too, and forgets what it is bound to. */
  unbind(key: TalkKey, atMs: number): void {
    const known = this.#keys.get(key);
    if (!known) return;
    this.#lift(key, known, this.#at(atMs));
    this.#keys.delete(key);
  }

  /** @returns false for a key that is bound to nothing, which does nothing */
  press(key: TalkKey, by: string, eventMs: number): boolean {
    const pressed = this.#keys.get(key);
    if (!pressed || pressed.binding.targets.length === 0) return false;
    const atMs = this.#at(eventMs);
    const wasHeld = pressed.holders.size > 0;
    pressed.holders.add(by);
    if (wasHeld) return true;
    const wasLatched = pressed.latched;
    pressed.downAtMs = atMs;
    pressed.unlatching = wasLatched;
    pressed.latched = !wasLatched && pressed.binding.style === 'latch';
    if (!wasLatched) this.#begin(key, pressed, atMs);
    return true;
  }

  release(key: TalkKey, by: string, eventMs: number): void {
    const released = this.#keys.get(key);
    if (!released?.holders.has(by)) return;
    const atMs = this.#at(eventMs);
    released.holders.delete(by);
    if (released.holders.size > 0) return;
    const isTap = released.binding.style === 'tapLatch' && atMs - released.downAtMs < TAP_MS;
    if (isTap && !released.unlatching) released.latched = true;
    if (!released.latched) this.#end(key, released, atMs);
  }

  /** Everything that is held goes up at once; latches stay. */
  releaseAll(eventMs: number): void {
    const atMs = this.#at(eventMs);
    const held = [...this.#keys].filter(([, { holders }]) => holders.size > 0);
    for (const [, key] of held) key.holders.clear();
    // Not before all are up, or each would be cut short by the others.
    for (const [name, key] of held) if (!key.latched) this.#end(name, key, atMs);
  }

  /** Every talk ends here, without a tail, and latches with it; each needs another press. */
  stop(eventMs: number): void {
    const atMs = this.#at(eventMs);
    for (const key of this.#keys.values()) {
      if (isDown(key)) key.upAtMs = atMs;
      key.holders.clear();
      key.latched = false;
    }
    for (const press of this.#presses) this.#cut(press, atMs);
  }

  /** The target is gone: a talk that has no other left ends, and its key is up until pressed again. */
  drop(target: T, eventMs: number): void {
    const atMs = this.#at(eventMs);
    for (const press of this.#presses) {
      if (press.endsAtMs <= atMs || !press.targets.includes(target)) continue;
      press.targets = press.targets.filter((each) => each !== target);
      const key = this.#keys.get(press.key);
      if (press.targets.length > 0) continue;
      if (key) this.#lift(press.key, key, atMs);
      this.#cut(press, atMs);
    }
  }

  /** Nothing older will be asked for. */
  forget(beforeMs: number): void {
    if (this.#presses.some(({ endsAtMs }) => endsAtMs <= beforeMs)) {
      this.#presses = this.#presses.filter(({ endsAtMs }) => endsAtMs > beforeMs);
    }
  }

  /** An event that was told late counts from when the one before it happened. */
  #at(eventMs: number): number {
    this.#lastEventMs = Math.max(this.#lastEventMs, eventMs);
    return this.#lastEventMs;
  }

  #begin(name: TalkKey, key: Key<T>, atMs: number): void {
    const again = this.#presses.find(
      (press) => press.key === name && press.releasedAtMs !== null && press.endsAtMs > atMs,
    );
    // The voice goes to this key from here on.
    for (const press of this.#presses) {
      if (press !== again && press.releasedAtMs !== null) this.#cut(press, atMs);
    }
    if (again) {
      Object.assign(again, { releasedAtMs: null, endsAtMs: Infinity, order: ++this.#order });
      return;
    }
    const { targets, additive } = key.binding;
    this.#presses.push({
      key: name,
      targets,
      additive,
      pressedAtMs: atMs,
      preRollFromMs: this.#preRollFrom(name, atMs),
      releasedAtMs: null,
      endsAtMs: Infinity,
      order: ++this.#order,
    });
    if (this.#presses.length > MAX_PRESSES) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const oldest = this.#presses.findIndex(({ releasedAtMs }) => releasedAtMs !== null);
    if (oldest >= 0) this.#presses.splice(oldest, 1);
  }

  /** What was said while another key was down was said to others. */
  #preRollFrom(name: TalkKey, atMs: number): number {
    let fromMs = atMs - this.#options.preRollMs;
    for (const [other, key] of this.#keys) {
      if (other !== name) fromMs = Math.max(fromMs, isDown(key) ? atMs : key.upAtMs);
    }
    return fromMs;
  }

  #end(name: TalkKey, key: Key<T>, atMs: number): void {
    key.unlatching = false;
    key.upAtMs = atMs;
    const press = this.#presses.findLast((each) => each.key === name);
    if (!press || press.releasedAtMs !== null) return;
    press.releasedAtMs = atMs;
    const isFollowed = this.#presses.some(
      (other) => other.order > press.order && this.#isGoingOn(other),
    );
    press.endsAtMs = isFollowed ? atMs : atMs + this.#options.releaseTailMs;
  }

  #isGoingOn({ key, releasedAtMs }: KeyPress<T>): boolean {
    const state = this.#keys.get(key);
    return releasedAtMs === null && state !== undefined && isDown(state);
  }

  #lift(name: TalkKey, key: Key<T>, atMs: number): void {
    if (!isDown(key)) return;
    key.holders.clear();
    key.latched = false;
    this.#end(name, key, atMs);
  }

  #cut(press: KeyPress<T>, atMs: number): void {
    press.releasedAtMs ??= atMs;
    press.endsAtMs = Math.min(press.endsAtMs, atMs);
  }
}

function newKey<T>(binding: KeyBinding<T>): Key<T> {
  return {
    binding,
    holders: new Set(),
    latched: false,
    unlatching: false,
    downAtMs: -Infinity,
    upAtMs: -Infinity,
  };
}

function isDown({ holders, latched }: Key<unknown>): boolean {
  return holders.size > 0 || latched;
}
