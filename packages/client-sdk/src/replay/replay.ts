import type { OpusPacket } from '../audio/audio-source.js';
import type { Channel } from '../channel/channel.js';
import type { Clock } from '../clock/clock.js';
import { clientError } from '../error/client-error.js';
import type { Participant } from '../state/participant.js';
import { oggOf, packetsOf } from './export-talk.js';
import type { KeptTalk } from './kept-talk.js';
import type { ReplayPlayer } from './replay-player.js';
import type { ReplayStore } from './replay-store.js';

/** One talkspurt that was heard and is kept. */
export interface ReplayTransmission {
  readonly id: string;
  /** `null` for who has left. */
  readonly talker: Participant | null;
  /** On `client.clock`. */
  readonly startedAtMs: number;
  /** So far, where it goes on. */
  readonly durationMs: number;
  /** The net that it was asked for; `null` for a whisper or a shout. */
  readonly channel: Channel | null;
  /** It has ended, and nothing of it is missing. */
  readonly complete: boolean;
}

export interface ReplayParts {
  readonly clock: Clock;
  /** `null` where nothing is kept. */
  readonly store: ReplayStore | null;
  readonly player: ReplayPlayer;
  readonly talker: (session: string) => Participant | null;
  readonly channel: (id: string) => Channel | null;
  /** What `sayAgain` plays could not be played. */
  readonly failed: (cause: unknown) => void;
}

/** Who asks again within so long after the last one has ended goes one further back. */
const AGAIN_WITHIN_MS = 10_000;

/**
 * What was said on the nets of this client in the last minutes, to be heard again: in memory alone,
 * as it came. It is gone when the client leaves the net, loses the right to listen, or disconnects,
 * and at once where the net forbids it (`channel.net.replay`). Whispers are kept only where the
 * option `replay.whispers` says so.
 */
export class Replay {
  readonly #parts: ReplayParts;
  /** What `sayAgain` has played last. */
  #said: { readonly talk: KeptTalk; readonly net: string; endedAtMs: number | null } | null = null;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Something is being played again. */
  get playing(): boolean {
    return this.#parts.player.playing;
  }

  /** Oldest first. A transmission that went to several nets is in each. */
  of(channel: { readonly id: string }): readonly ReplayTransmission[] {
    const talks = this.#parts.store?.of(channel.id) ?? [];
    return talks.map((talk) => this.#viewOf(talk, channel.id));
  }

  /** Whispers and shouts, oldest first; none unless the options say that they are kept. */
  whispers(): readonly ReplayTransmission[] {
    return (this.#parts.store?.of(null) ?? []).map((talk) => this.#viewOf(talk, null));
  }

  /**
   * Plays it through `client.playback`, at the loudness and place of its talker and net; live voice goes
   * on beside it. Resolves when it has been played, or is stopped. Rejects with `ERR_CLIENT_REPLAY` when
   * it is not kept any more.
   */
  async play(
    transmission: { readonly id: string },
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.#parts.player.play(this.#require(transmission), options.signal);
  }

  /** Stops whatever is played again. */
  stop(): void {
    this.#parts.player.stop();
  }

  /**
   * "Say again": plays the last transmission of the net, and asked again while that is played, or within
   * 10 s after it, the one before. At the oldest it stays. Stops what is played again meanwhile.
   * @returns which one; `null` when there is none
   */
  sayAgain(channel: { readonly id: string }): ReplayTransmission | null {
    const { store, clock, player, failed } = this.#parts;
    const talks = store?.of(channel.id) ?? [];
    const said = this.#said;
    const goesBack =
      said?.net === channel.id &&
      (said.endedAtMs === null || clock.now() - said.endedAtMs <= AGAIN_WITHIN_MS);
    const before = goesBack ? talks.indexOf(said.talk) : talks.length;
    const talk = talks[Math.max(0, before - 1)];
    player.stop();
    if (!talk) return null;
    const saying = { talk, net: channel.id, endedAtMs: null as number | null };
    this.#said = saying;
    void player
      .play(talk)
      .catch(failed)
      .finally(() => (saying.endedAtMs = clock.now()));
    return this.#viewOf(talk, channel.id);
  }

  /**
   * Its packets, with silence in the place of what is missing, for an `OpusSource` or a file. Throws
   * `ERR_CLIENT_REPLAY` when it is not kept any more.
   */
  packets(transmission: { readonly id: string }): readonly OpusPacket[] {
    return packetsOf(this.#require(transmission));
  }

  /**
   * As an Ogg Opus file. Throws `ERR_CLIENT_REPLAY`. What people said is theirs: see to it that they
   * know before it leaves the memory.
   */
  toOgg(
    transmission: { readonly id: string },
    comments: Readonly<Record<string, string>> = {},
  ): Uint8Array {
    return oggOf(this.#require(transmission), comments);
  }

  #require({ id }: { readonly id: string }): KeptTalk {
    const talk = this.#parts.store?.byId(id) ?? null;
    if (talk) return talk;
    throw clientError('ERR_CLIENT_REPLAY', `transmission "${id}" is not kept; list them again`);
  }

  #viewOf(talk: KeptTalk, net: string | null): ReplayTransmission {
    const { id, startedAtMs, durationMs, complete, source } = talk;
    const channel = net === null ? null : this.#parts.channel(net);
    const talker = this.#parts.talker(source.session);
    return { id, talker, startedAtMs, durationMs, channel, complete };
  }
}
