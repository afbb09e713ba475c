import type { Clock } from '../clock/clock.js';
import type { TalkHint } from '../gate/talk-hints.js';
import { DEFAULT_SOURCE } from './source-settings.js';
import { TalkKeyboard } from './talk-keyboard.js';
import type { TalkKeyboardOptions } from './talk-keyboard-options.js';
import type { TalkSource } from './talk-source.js';
import type { TalkTarget } from './talk-target.js';

export interface TalkKeyboardsParts {
  readonly clock: Clock;
  readonly source: (name: string) => TalkSource;
  readonly onAirChanged: (keys: TalkKeyboard) => void;
  readonly hint: (hint: TalkHint, keys: TalkKeyboard) => void;
}

/** The keyboards of a client, at most one for each source, and what they have to hear of. */
export class TalkKeyboards {
  readonly #parts: TalkKeyboardsParts;
  readonly #keyboards = new Set<TalkKeyboard>();

  constructor(parts: TalkKeyboardsParts) {
    this.#parts = parts;
  }

  create(options: TalkKeyboardOptions): TalkKeyboard {
    const { source: name = DEFAULT_SOURCE } = options;
    const { clock, source, onAirChanged, hint } = this.#parts;
    const keyboard = new TalkKeyboard(
      {
        source: source(name),
        clock,
        onAirChanged,
        hint,
        closed: (closed) => void this.#keyboards.delete(closed),
      },
      options,
    );
    this.#keyboards.add(keyboard);
    return keyboard;
  }

  targetClosed(target: TalkTarget): void {
    for (const keyboard of this.#keyboards) keyboard.targetClosed(target);
  }

  /** @param channelId `null` for the whispers and shouts among the target's routes */
  refused(target: TalkTarget, channelId: string | null): void {
    const routes = target.routes.filter(({ channel }) => (channel ?? null) === channelId);
    const ids = routes.map(({ id }) => id);
    for (const keyboard of this.#keyboards) keyboard.routesLost(target, ids);
  }

  leftChannel(channelId: string, targets: readonly TalkTarget[]): void {
    const ofChannel = targets.filter(({ routes }) =>
      routes.some(({ channel }) => channel === channelId),
    );
    for (const target of ofChannel) this.refused(target, channelId);
  }

  close(): void {
    for (const keyboard of [...this.#keyboards]) keyboard.close();
  }
}
