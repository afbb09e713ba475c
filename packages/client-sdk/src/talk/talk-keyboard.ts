import type { CancelTimer, Clock } from '../clock/clock.js';
import type { Slot, TalkKey } from '../gate/key-press.js';
import type { KeyState } from '../gate/key-board.js';
import { resolveGateOptions } from '../gate/resolve-gate-options.js';
import { TalkGate, type GateDecision, type TalkMode } from '../gate/talk-gate.js';
import { TalkHints, type TalkHint } from '../gate/talk-hints.js';
import type { CapturedFrame } from './captured-frame.js';
import type { FrameGate } from './frame-gate.js';
import { OnAirBook, type OnAir } from './on-air-book.js';
import {
  requireKey,
  requireMode,
  requireSlot,
  requireStyle,
  targetsFor,
  type SlotOptions,
  type TalkKeyboardOptions,
} from './talk-keyboard-options.js';
import type { TalkSender } from './talk-sender.js';
import type { TalkSource } from './talk-source.js';
import type { TalkTarget } from './talk-target.js';

export interface TalkKeyboardParts {
  readonly source: TalkSource;
  /** Of the source; `null` before its first target. */
  readonly sender: () => TalkSender | null;
  readonly clock: Clock;
  readonly onAirChanged: (keys: TalkKeyboard) => void;
  readonly hint: (hint: TalkHint, keys: TalkKeyboard) => void;
  readonly closed: (keys: TalkKeyboard) => void;
}

export interface TalkKeyboardState {
  /** What is being sent now, and since when. */
  readonly onAir: readonly OnAir<TalkTarget>[];
  /** `master` and the slots that are bound. */
  readonly keys: readonly KeyState[];
}

/** Without a frame for so long the capture stands still, and nobody is kept waiting for more. */
const STARVED_MS = 200;
const KEYBOARD = 'keyboard';

/**
 * Keys that say where a source is heard: eight slots with a talk target each, and a base set for
 * what is said beside them. Pressed slots take the place of the base set, several are their union,
 * and each captured frame goes where its key was down when it was captured.
 */
export class TalkKeyboard implements FrameGate {
  readonly #parts: TalkKeyboardParts;
  readonly #gate: TalkGate<TalkTarget, CapturedFrame>;
  readonly #hints: TalkHints;
  readonly #onAir: OnAirBook<TalkTarget> = new OnAirBook();
  /** Routes that the server carries no more, of targets that have others. */
  readonly #lostRoutes = new WeakMap<TalkTarget, Set<string>>();
  /** What the frame before went to, and the next one will, too, if nothing happens. */
  #chosen: readonly TalkTarget[] = [];
  #lastFrameAt = 0;
  #cancelWatch: CancelTimer | null = null;
  #closed = false;

  constructor(parts: TalkKeyboardParts, options: TalkKeyboardOptions) {
    const { gate, hints } = resolveGateOptions(options);
    this.#parts = parts;
    this.#gate = new TalkGate(gate);
    this.#hints = new TalkHints(hints);
    this.setBase(options.base ?? [], options.mode);
    parts.source.attach(this);
  }

  /** Name of the source that it decides for. */
  get source(): string {
    return this.#parts.source.name;
  }

  get mode(): TalkMode {
    return this.#gate.mode;
  }

  get base(): readonly TalkTarget[] {
    return this.#gate.base;
  }

  get state(): TalkKeyboardState {
    return { onAir: this.#onAir.entries, keys: this.#gate.keys.keys };
  }

  /** What the slot talks to, if it is bound. */
  targetsOf(slot: Slot): readonly TalkTarget[] {
    return this.#gate.keys.binding(slot)?.targets ?? [];
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
    this.#gate.keys.bind(slot, { targets: targetsFor(this.source, target), additive, style });
  }

  /** Releases the slot, a latch too, and lets it do nothing. */
  unbind(slot: Slot): void {
    requireSlot(slot);
    this.#gate.keys.unbind(slot, this.#now());
  }

  /** Changes what is talked to while no slot is. Throws as `bind` does. */
  setBase(base: TalkTarget | readonly TalkTarget[], mode: TalkMode = 'pushToTalk'): void {
    requireMode(mode);
    this.#gate.setBase(targetsFor(this.source, base), mode);
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
    if (this.#closed || !this.#gate.keys.press(key, by, timeMs)) return false;
    this.#gate.resume();
    // It may be allowed again; if not, the server says so again.
    for (const target of this.#gate.keys.binding(key)?.targets ?? [])
      this.#lostRoutes.delete(target);
    return true;
  }

  /**
   * A key goes up. Its talk goes on for 150 ms, but no longer than until another key goes down, and
   * not at all if one did that is still down.
   */
  release(key: TalkKey, by: string = KEYBOARD, timeMs: number = this.#now()): void {
    requireKey(key);
    this.#gate.keys.release(key, by, timeMs);
  }

  /**
   * All keys go up that are held; latches stay. For whenever a release may go unseen: the window
   * has lost its focus, the page is hidden, an input device is gone.
   */
  releaseAll(timeMs: number = this.#now()): void {
    this.#gate.keys.releaseAll(timeMs);
  }

  /** Everything ends now, latches and the base set, too, until a key is pressed or voice begins. */
  stop(): void {
    this.#gate.stop(this.#now());
    this.#end();
  }

  /** Ends what is on air; what the source is fed goes to started targets alone. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.stop();
    this.#cancelWatch?.();
    this.#parts.source.detach(this);
    this.#parts.closed(this);
  }

  /** A captured frame; called by the source. */
  offer(frame: CapturedFrame): void {
    const { startMs, endMs } = frame;
    this.#lastFrameAt = this.#now();
    const decision = this.#gate.capture({ startMs, endMs, frame }, frame);
    this.#chosen = [...decision.targets].filter((target) => !decision.ending.has(target));
    this.#send(frame, decision);
    this.#observe(frame, decision.targets);
    this.#lookOnAir(startMs);
  }

  /** Something else talks with the source; called by the source. */
  suspend(): void {
    this.#end();
  }

  /** The target has ended; called by the desk. */
  targetClosed(target: TalkTarget): void {
    this.#gate.drop(target, this.#now());
    this.#chosen = this.#chosen.filter((each) => each !== target);
    this.#lookOnAir(this.#now());
  }

  /** The server carries this voice no more on routes of the target; called by the desk. */
  routesLost(target: TalkTarget, routeIds: readonly string[]): void {
    const lost = this.#lostRoutes.get(target) ?? new Set();
    for (const id of routeIds) lost.add(id);
    const isGone = target.routes.length > 0 && target.routes.every(({ id }) => lost.has(id));
    if (!isGone) {
      this.#lostRoutes.set(target, lost);
      return;
    }
    this.#lostRoutes.delete(target);
    this.#gate.keys.drop(target, this.#now());
  }

  #send(
    frame: CapturedFrame,
    { preRolls, targets, ending }: GateDecision<TalkTarget, CapturedFrame>,
  ): void {
    const sender = this.#parts.sender();
    if (!sender) return;
    for (const preRoll of preRolls) {
      sender.sendEarlier(preRoll.frames, preRoll.targets, preRoll.ends);
    }
    sender.sendChosen(frame, targets, ending);
  }

  #observe(frame: CapturedFrame, targets: ReadonlySet<TalkTarget>): void {
    const { voice, mode, base } = this.#gate;
    const talking = targets.size > 0;
    const hints = this.#hints.observe({
      durationMs: frame.durationMs,
      talking,
      alwaysOpen: mode === 'open' && [...targets].every((target) => base.includes(target)),
      muted: talking && (this.#parts.sender()?.silences(targets) ?? false),
      levelDbfs: frame.levelDbfs,
      loud: voice.isLoud(frame),
      voice: voice.isVoice(frame),
    });
    for (const hint of hints) {
      if (hint === 'hotMicStopped') {
        this.#gate.stop(frame.endMs);
        this.#end();
      }
      this.#parts.hint(hint, this);
    }
  }

  #lookOnAir(sinceMs: number): void {
    const sender = this.#parts.sender();
    const onAir = this.#chosen.filter((target) => sender?.isOnAir(target));
    if (onAir.length > 0) this.#watch(STARVED_MS);
    if (this.#onAir.update(new Set(onAir), sinceMs)) this.#parts.onAirChanged(this);
  }

  #end(): void {
    this.#chosen = [];
    this.#parts.sender()?.endChosen();
    this.#lookOnAir(this.#now());
  }

  #watch(delayMs: number): void {
    this.#cancelWatch ??= this.#parts.clock.after(delayMs, () => {
      this.#cancelWatch = null;
      const restMs = this.#lastFrameAt + STARVED_MS - this.#now();
      if (restMs <= 0) this.#end();
      else if (this.#onAir.entries.length > 0) this.#watch(restMs);
    });
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}
