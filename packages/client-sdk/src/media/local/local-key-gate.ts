import type { CancelTimer, Clock } from '../../clock/clock.js';
import type { KeyBinding, Slot, TalkKey } from '../../gate/key-press.js';
import type { KeyState } from '../../gate/key-board.js';
import type { ResolvedGateOptions } from '../../gate/resolve-gate-options.js';
import { TalkGate, type GateDecision, type TalkMode } from '../../gate/talk-gate.js';
import { TalkHints } from '../../gate/talk-hints.js';
import type { CapturedFrame } from '../../talk/captured-frame.js';
import type { FrameGate } from '../../talk/frame-gate.js';
import { OnAirBook, type OnAir } from '../../talk/on-air-book.js';
import type { TalkSender } from '../../talk/talk-sender.js';
import type { KeyGate, KeyGateListener } from '../key-gate.js';
import type { HeldTarget } from '../speaker.js';

export interface LocalKeyGateParts {
  readonly options: ResolvedGateOptions;
  readonly listener: KeyGateListener;
  readonly clock: Clock;
  /** Of the source; `null` before its first target. */
  readonly sender: () => TalkSender | null;
  readonly closed: () => void;
}

/** Without a frame for so long the capture stands still, and nobody is kept waiting for more. */
const STARVED_MS = 200;

/** Asks a `TalkGate` of each captured frame and does what that decides. */
export class LocalKeyGate<T extends HeldTarget> implements KeyGate<T>, FrameGate {
  readonly #parts: LocalKeyGateParts;
  readonly #gate: TalkGate<T, CapturedFrame>;
  readonly #hints: TalkHints;
  readonly #onAir: OnAirBook<T> = new OnAirBook();
  /** Routes that the server carries no more, of targets that have others. */
  readonly #lostRoutes = new WeakMap<T, Set<string>>();
  /** What the frame before went to, and the next one will, too, if nothing happens. */
  #chosen: readonly T[] = [];
  #lastFrameAt = 0;
  #cancelWatch: CancelTimer | null = null;

  constructor(parts: LocalKeyGateParts) {
    this.#parts = parts;
    this.#gate = new TalkGate(parts.options.gate);
    this.#hints = new TalkHints(parts.options.hints);
  }

  get keys(): readonly KeyState[] {
    return this.#gate.keys.keys;
  }

  get onAir(): readonly OnAir<T>[] {
    return this.#onAir.entries;
  }

  setBase(targets: readonly T[], mode: TalkMode): void {
    this.#gate.setBase(targets, mode);
  }

  bind(slot: Slot, binding: KeyBinding<T>): void {
    this.#gate.keys.bind(slot, binding);
  }

  unbind(slot: Slot, atMs: number): void {
    this.#gate.keys.unbind(slot, atMs);
  }

  press(key: TalkKey, by: string, atMs: number): void {
    if (!this.#gate.keys.press(key, by, atMs)) return;
    this.#gate.resume();
    // It may be allowed again; if not, the server says so again.
    for (const target of this.#gate.keys.binding(key)?.targets ?? [])
      this.#lostRoutes.delete(target);
  }

  release(key: TalkKey, by: string, atMs: number): void {
    this.#gate.keys.release(key, by, atMs);
  }

  releaseAll(atMs: number): void {
    this.#gate.keys.releaseAll(atMs);
  }

  stop(): void {
    this.#gate.stop(this.#now());
    this.#end();
  }

  targetClosed(target: T): void {
    this.#gate.drop(target, this.#now());
    this.#chosen = this.#chosen.filter((each) => each !== target);
    this.#lookOnAir(this.#now());
  }

  routesLost(target: T, routeIds: readonly string[]): void {
    const lost = this.#lostRoutes.get(target) ?? new Set();
    for (const id of routeIds) lost.add(id);
    const { lanes } = target;
    const isGone = lanes.length > 0 && lanes.every(({ route }) => lost.has(route.id));
    if (!isGone) {
      this.#lostRoutes.set(target, lost);
      return;
    }
    this.#lostRoutes.delete(target);
    this.#gate.keys.drop(target, this.#now());
  }

  close(): void {
    this.stop();
    this.#cancelWatch?.();
    this.#parts.closed();
  }

  offer(frame: CapturedFrame): void {
    const { startMs, endMs } = frame;
    this.#lastFrameAt = this.#now();
    const decision = this.#gate.capture({ startMs, endMs, frame }, frame);
    this.#chosen = [...decision.targets].filter((target) => !decision.ending.has(target));
    this.#send(frame, decision);
    this.#observe(frame, decision.targets);
    this.#lookOnAir(startMs);
  }

  suspend(): void {
    this.#end();
  }

  #send(frame: CapturedFrame, { preRolls, targets, ending }: GateDecision<T, CapturedFrame>): void {
    const sender = this.#parts.sender();
    if (!sender) return;
    for (const preRoll of preRolls) {
      sender.sendEarlier(preRoll.frames, preRoll.targets, preRoll.ends);
    }
    sender.sendChosen(frame, targets, ending);
  }

  #observe(frame: CapturedFrame, targets: ReadonlySet<T>): void {
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
      this.#parts.listener.hint(hint);
    }
  }

  #lookOnAir(sinceMs: number): void {
    const sender = this.#parts.sender();
    const onAir = this.#chosen.filter((target) => sender?.isOnAir(target));
    if (onAir.length > 0) this.#watch(STARVED_MS);
    if (this.#onAir.update(new Set(onAir), sinceMs)) this.#parts.listener.onAirChanged();
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
