import type { RouteView } from '@sidetone/protocol';

/** What the server last said of this client's own flags. */
export interface MuteState {
  muted(): boolean;
  mutedOn(channelId: string): boolean;
}

/**
 * Says whether voice may leave: not while this client has muted itself, by the server's word or
 * only by its own intention. Muting must not wait for an answer.
 */
export class MuteGate {
  readonly #state: MuteState;
  readonly #channels = new Set<string>();
  #everywhere = false;

  constructor(state: MuteState) {
    this.#state = state;
  }

  intend(muted: boolean): void {
    this.#everywhere = muted;
  }

  intendOn(channelId: string, muted: boolean): void {
    if (muted) this.#channels.add(channelId);
    else this.#channels.delete(channelId);
  }

  /** Whether it is intended, and not merely said by the server. */
  get intended(): boolean {
    return this.#everywhere;
  }

  /** Channels that it is intended on. */
  get intendedOn(): readonly string[] {
    return [...this.#channels];
  }

  mayTalk({ channel }: RouteView): boolean {
    if (this.#everywhere || this.#state.muted()) return false;
    if (channel === undefined) return true;
    return !this.#channels.has(channel) && !this.#state.mutedOn(channel);
  }

  clear(): void {
    this.#everywhere = false;
    this.#channels.clear();
  }
}
