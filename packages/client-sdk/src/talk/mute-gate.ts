import type { RouteView } from '@sidetone/protocol';

/** What the server last said of this client's own flags. */
export interface MuteState {
  muted(): boolean;
  mutedOn(channelId: string): boolean;
  /** Ids of all those. */
  mutedChannels(): readonly string[];
}

/** Where voice may not go, as data. */
export interface Mutes {
  readonly everywhere: boolean;
  /** Ids. */
  readonly channels: readonly string[];
}

export function allows({ everywhere, channels }: Mutes, { channel }: RouteView): boolean {
  return !everywhere && (channel === undefined || !channels.includes(channel));
}

/**
 * Says whether voice may leave: not while this client has muted itself, by the server's word or
 * only by its own intention. Muting must not wait for an answer.
 */
export class MuteGate {
  readonly #state: MuteState;
  readonly #intentChanged: () => void;
  readonly #channels = new Set<string>();
  #everywhere = false;

  constructor(state: MuteState, intentChanged: () => void) {
    this.#state = state;
    this.#intentChanged = intentChanged;
  }

  intend(muted: boolean): void {
    this.#everywhere = muted;
    this.#intentChanged();
  }

  intendOn(channelId: string, muted: boolean): void {
    if (muted) this.#channels.add(channelId);
    else this.#channels.delete(channelId);
    this.#intentChanged();
  }

  /** Whether it is intended, and not merely said by the server. */
  get intended(): boolean {
    return this.#everywhere;
  }

  /** Channels that it is intended on. */
  get intendedOn(): readonly string[] {
    return [...this.#channels];
  }

  /** What it says now, for who asks later. */
  mutes(): Mutes {
    return {
      everywhere: this.#everywhere || this.#state.muted(),
      channels: [...new Set([...this.#channels, ...this.#state.mutedChannels()])].sort(),
    };
  }

  mayTalk({ channel }: RouteView): boolean {
    if (this.#everywhere || this.#state.muted()) return false;
    if (channel === undefined) return true;
    return !this.#channels.has(channel) && !this.#state.mutedOn(channel);
  }

  clear(): void {
    this.#everywhere = false;
    this.#channels.clear();
    this.#intentChanged();
  }
}
