import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import { DEFAULT_SOURCE } from './source-settings.js';
import type { TalkKeyboard } from './talk-keyboard.js';
import type { TalkKeyboardOptions } from './talk-keyboard-options.js';
import type { TalkKeyboards } from './talk-keyboards.js';
import type { TalkRegistry } from './talk-registry.js';
import type { TalkSource } from './talk-source.js';
import type { TalkTarget } from './talk-target.js';
import type { TalkTargetOptions, TalkTargetSelection } from './talk-target-options.js';

export interface TalkDeskParts {
  readonly registry: TalkRegistry;
  readonly source: (name: string) => TalkSource;
  readonly keyboards: TalkKeyboards;
}

/** `client.talk`: where this client's voice goes. */
export class TalkDesk {
  readonly #parts: TalkDeskParts;

  constructor(parts: TalkDeskParts) {
    this.#parts = parts;
  }

  /** Registered targets; while a lost session is not replaced, those to be registered again. */
  get targets(): readonly TalkTarget[] {
    return this.#parts.registry.targets;
  }

  /**
   * Registers a target: channels, a whisper to users, a shout to a subtree, or several of these.
   * The server refuses with `ACCESS_DENIED`, `NOT_FOUND`, `LIMIT_EXCEEDED` or `SERVER_FULL`.
   */
  async target(
    selection: TalkTargetSelection,
    options: TalkTargetOptions = {},
  ): Promise<TalkTarget> {
    return this.#parts.registry.register(selection, options);
  }

  /**
   * Lets keys decide where a source is heard, and the voice or nothing where no key is down. Throws
   * `ERR_CLIENT_KEYBOARD`, and `ERR_CLIENT_STATE` while the source has another keyboard.
   *
   * ```ts
   * const keys = client.talk.keyboard({ base: await lobby.talk(), mode: 'voiceActivated' });
   * keys.bind(1, await command.talk());
   * keys.press(1); // the key goes down
   * keys.release(1); // and up
   * ```
   */
  keyboard(options: TalkKeyboardOptions = {}): TalkKeyboard {
    return this.#parts.keyboards.create(options);
  }

  /** One of this client's sources, `microphone` unless named; it lives as long as the client. */
  source(name: string = DEFAULT_SOURCE): TalkSource {
    return this.#parts.source(name);
  }

  /** Feeds the microphone until the source ends; what is started hears it. */
  feed(source: AudioSource | OpusSource, signal?: AbortSignal): Promise<void> {
    return this.source().feed(source, signal);
  }
}
