import type { KeyState } from '../gate/key-board.js';
import type { KeyBinding, Slot, TalkKey } from '../gate/key-press.js';
import type { TalkMode } from '../gate/talk-gate.js';
import type { TalkHint } from '../gate/talk-hints.js';
import type { OnAir } from '../talk/on-air-book.js';
import type { HeldTarget } from './speaker.js';

export interface KeyGateListener {
  /** Something is talked to now that was not, or the other way round. */
  onAirChanged(): void;
  hint(hint: TalkHint): void;
}

/**
 * Decides by keys where the frames of a source go. Times are of the client's clock, and those of
 * events come in order. What it shows is as it was last told, where another thread decides.
 */
export interface KeyGate<T extends HeldTarget = HeldTarget> {
  readonly keys: readonly KeyState[];
  readonly onAir: readonly OnAir<T>[];
  setBase(targets: readonly T[], mode: TalkMode): void;
  bind(slot: Slot, binding: KeyBinding<T>): void;
  unbind(slot: Slot, atMs: number): void;
  press(key: TalkKey, by: string, atMs: number): void;
  release(key: TalkKey, by: string, atMs: number): void;
  releaseAll(atMs: number): void;
  /** Everything ends now, until a key is pressed or voice begins. */
  stop(): void;
  targetClosed(target: T): void;
  /** The server carries this voice no more on routes of the target. */
  routesLost(target: T, routeIds: readonly string[]): void;
  /** Ends what is on air; the source is another gate's to have. */
  close(): void;
}
