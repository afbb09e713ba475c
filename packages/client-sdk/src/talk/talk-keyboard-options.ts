import { clientError } from '../error/client-error.js';
import { SLOTS, type Slot, type SlotStyle, type TalkKey } from '../gate/key-press.js';
import type { GateSettings } from '../gate/resolve-gate-options.js';
import type { TalkMode } from '../gate/talk-gate.js';
import type { TalkTarget } from './talk-target.js';

export interface TalkKeyboardOptions extends GateSettings {
  /** Which of this client's sources it decides for; default `microphone`. */
  readonly source?: string;
  /** What is talked to while no slot is; none by default. */
  readonly base?: TalkTarget | readonly TalkTarget[];
  /** What opens the base: the key `master` (default), the voice, or nothing: it is always open. */
  readonly mode?: TalkMode;
}

export interface SlotOptions {
  /** Talks beside the base set and not in its place; default false. */
  readonly additive?: boolean;
  /** Default `hold`. A press of a latched slot ends the latch with its release. */
  readonly style?: SlotStyle;
}

const MODES: readonly TalkMode[] = ['pushToTalk', 'voiceActivated', 'open'];
const STYLES: readonly SlotStyle[] = ['hold', 'latch', 'tapLatch'];

/** Throws `ERR_CLIENT_KEYBOARD`. */
export function requireSlot(slot: number): asserts slot is Slot {
  if (!SLOTS.includes(slot as Slot)) throw refusal(`slot "${slot}" is not 1 to 8`);
}

/** Throws `ERR_CLIENT_KEYBOARD`. */
export function requireKey(key: TalkKey): void {
  if (key !== 'master') requireSlot(key);
}

/** Throws `ERR_CLIENT_KEYBOARD`. */
export function requireMode(mode: TalkMode): void {
  if (!MODES.includes(mode)) throw refusal(`mode "${mode}" is not one of ${MODES.join(', ')}`);
}

/** Throws `ERR_CLIENT_KEYBOARD`. */
export function requireStyle(style: SlotStyle): void {
  if (!STYLES.includes(style)) throw refusal(`style "${style}" is not one of ${STYLES.join(', ')}`);
}

/** Throws `ERR_CLIENT_KEYBOARD` or `ERR_CLIENT_TARGET_CLOSED`. */
export function targetsFor(
  source: string,
  given: TalkTarget | readonly TalkTarget[],
): readonly TalkTarget[] {
  const targets = [...new Set(Array.isArray(given) ? (given as readonly TalkTarget[]) : [given])];
  for (const target of targets as TalkTarget[]) {
    if (target.closed) {
      throw clientError(
        'ERR_CLIENT_TARGET_CLOSED',
        'a talk target of the key is unregistered or its session has ended; register it again',
      );
    }
    if (target.source !== source) {
      throw refusal(
        `a target of source "${target.source}" cannot be talked to with source "${source}"; ` +
          'register it with the option source',
      );
    }
  }
  return targets as TalkTarget[];
}

function refusal(problem: string): Error {
  return clientError('ERR_CLIENT_KEYBOARD', problem);
}
