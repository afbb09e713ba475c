import { CaptureRing, type Captured } from './capture-ring.js';
import { KeyBoard } from './key-board.js';
import { belongsTo, overlaps, type KeyPress } from './key-press.js';
import { VoiceActivity, type FrameLoudness, type VoiceActivityOptions } from './voice-activity.js';

/** What the base set is talked to by: the master key, the voice, or nothing at all. */
export type TalkMode = 'pushToTalk' | 'voiceActivated' | 'open';

export interface TalkGateOptions {
  readonly releaseTailMs: number;
  readonly preRollMs: number;
  readonly voice: VoiceActivityOptions;
}

/** Frames of before that a target gets now, as fast as they can be sent. */
export interface PreRoll<T, F> {
  /** In the order of capture, at least one; a target may have had some of them already. */
  readonly frames: readonly F[];
  readonly targets: readonly T[];
  /** The talk is over with the last of them: it was told of late. */
  readonly ends: boolean;
}

/** Where a captured frame goes. */
export interface GateDecision<T, F> {
  /** To be sent before the frame itself. */
  readonly preRolls: readonly PreRoll<T, F>[];
  readonly targets: ReadonlySet<T>;
  /** Those of the targets that the next frame will not go to, if nothing happens before. */
  readonly ending: ReadonlySet<T>;
}

/** Frames kept: the pre-roll, and what a key event may be late by. */
const KEEP_MS = 300;

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Decides for each captured frame which targets it goes to: those of the pressed keys, and those of
 * the base set unless a key takes its place. It has no clock: time comes with frames and key events,
 * on one clock, and frames may come any time after the events that concern them.
 */
export class TalkGate<T, F> {
  readonly keys: KeyBoard<T>;
  readonly voice: VoiceActivity;
  readonly #options: TalkGateOptions;
  readonly #ring: CaptureRing<F>;
  readonly #begun = new WeakSet<KeyPress<T>>();
  #mode: TalkMode = 'pushToTalk';
  #base: readonly T[] = [];
  #baseWasOn = false;
  /** The base set is closed until a key is pressed or the voice comes anew. */
  #baseStopped = false;

  constructor(options: TalkGateOptions) {
    this.#options = options;
    this.keys = new KeyBoard(options);
    this.voice = new VoiceActivity(options.voice);
    this.#ring = new CaptureRing(options.preRollMs + KEEP_MS);
  }

  get mode(): TalkMode {
    return this.#mode;
  }

  get base(): readonly T[] {
    return this.#base;
  }

  /** With `pushToTalk` a talk of the master key goes on where it began. */
  setBase(targets: readonly T[], mode: TalkMode): void {
    this.#base = targets;
    this.#mode = mode;
    this.#baseStopped = false;
    this.keys.bind('master', { targets, additive: true, style: 'hold' });
  }

  drop(target: T, atMs: number): void {
    this.#base = this.#base.filter((each) => each !== target);
    this.keys.drop(target, atMs);
    const master = this.keys.binding('master');
    if (master) this.keys.bind('master', { ...master, targets: this.#base });
  }

  /** The gate closes: nothing is sent before another key is pressed or the voice comes anew. */
  stop(atMs: number): void {
    this.keys.stop(atMs);
    this.#baseStopped = true;
  }

  /** A key was pressed after a stop. */
  resume(): void {
    this.#baseStopped = false;
  }

  capture(captured: Captured<F>, loudness: FrameLoudness): GateDecision<T, F> {
    const { startMs, endMs } = captured;
    // A talkspurt has frames of one duration.
    if (this.#isOfAnotherSize(captured)) this.#ring.clear();
    const targets = new Set<T>();
    const next: Span = { startMs: endMs, endMs: endMs + endMs - startMs };
    const goingOn = new Set<T>();
    const preRolls: (PreRoll<T, F> & { readonly fromMs: number })[] = [];
    for (const press of this.keys.presses) {
      const preRoll = this.#begin(press, captured);
      if (preRoll) preRolls.push(preRoll);
      if (!this.#begun.has(press)) continue;
      if (this.#allows(press, captured)) addAll(targets, press.targets);
      if (this.#allows(press, next)) addAll(goingOn, press.targets);
    }
    const basePreRoll = this.#decideBase(captured, loudness);
    if (basePreRoll) preRolls.push(basePreRoll);
    if (this.#baseWasOn) addAll(targets, this.#base);
    if (this.#baseGoesOn(next)) addAll(goingOn, this.#base);
    this.#ring.add(captured);
    this.keys.forget(this.#ring.frames[0]?.startMs ?? startMs);
    // An older frame has to have its number first.
    preRolls.sort((a, b) => a.fromMs - b.fromMs);
    return {
      preRolls,
      targets,
      ending: new Set([...targets].filter((each) => !goingOn.has(each))),
    };
  }

  #isOfAnotherSize({ startMs, endMs }: Span): boolean {
    const last = this.#ring.frames.at(-1);
    if (!last) return false;
    return Math.abs(endMs - startMs - (last.endMs - last.startMs)) > 1;
  }

  /** The first frame that was captured with the key down brings those before it along. */
  #begin(
    press: KeyPress<T>,
    captured: Captured<F>,
  ): (PreRoll<T, F> & { readonly fromMs: number }) | null {
    if (this.#begun.has(press) || captured.endMs <= press.pressedAtMs) return null;
    this.#begun.add(press);
    const earlier = this.#ring.frames.filter((each) => this.#allows(press, each));
    const ends = !this.#allows(press, captured);
    // A press within one frame that another key cut short: nothing was said while it was down.
    if (ends && !earlier.some((each) => overlaps(press, each.startMs, each.endMs))) return null;
    return preRollOf(earlier, press.targets, ends);
  }

  #allows(press: KeyPress<T>, { startMs, endMs }: Span): boolean {
    if (!belongsTo(press, startMs, endMs)) return false;
    return press.key !== 'master' || !this.#isReplaced(startMs, endMs);
  }

  #isReplaced(startMs: number, endMs: number): boolean {
    return this.keys.presses.some((press) => !press.additive && overlaps(press, startMs, endMs));
  }

  #decideBase(
    captured: Captured<F>,
    loudness: FrameLoudness,
  ): (PreRoll<T, F> & { readonly fromMs: number }) | null {
    const { startMs, endMs } = captured;
    const hadVoice = this.voice.open;
    const hasVoice = this.voice.add(startMs, endMs, loudness);
    // What a stop has closed opens with the next beginning of voice.
    if (this.#mode === 'open' ? hasVoice && !hadVoice : !hasVoice) this.#baseStopped = false;
    const isOn = this.#baseIsOpen && !this.#isReplaced(startMs, endMs);
    const beginsWithVoice = isOn && !this.#baseWasOn && hasVoice && !hadVoice;
    this.#baseWasOn = isOn;
    if (!beginsWithVoice) return null;
    const fromMs = this.voice.voiceFromMs - this.#options.preRollMs;
    return preRollOf(this.#freeSince(fromMs), this.#base, false);
  }

  get #baseIsOpen(): boolean {
    if (this.#baseStopped) return false;
    return this.#mode === 'open' || (this.#mode === 'voiceActivated' && this.voice.open);
  }

  #baseGoesOn({ startMs, endMs }: Span): boolean {
    if (!this.#baseIsOpen || this.#isReplaced(startMs, endMs)) return false;
    return this.#mode === 'open' || this.voice.isOpenUntil(endMs);
  }

  /** What no key has taken, as far back as that goes without a break. */
  #freeSince(fromMs: number): Captured<F>[] {
    const recent = this.#ring.frames.filter(({ startMs }) => startMs >= fromMs);
    const taken = recent.findLastIndex(({ startMs, endMs }) => this.#isReplaced(startMs, endMs));
    return recent.slice(taken + 1);
  }
}

function preRollOf<T, F>(
  earlier: readonly Captured<F>[],
  targets: readonly T[],
  ends: boolean,
): (PreRoll<T, F> & { readonly fromMs: number }) | null {
  const [first] = earlier;
  if (!first) return null;
  return { frames: earlier.map(({ frame }) => frame), targets, ends, fromMs: first.startMs };
}

function addAll<T>(set: Set<T>, values: Iterable<T>): void {
  for (const value of values) set.add(value);
}
