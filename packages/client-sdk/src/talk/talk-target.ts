import type { PriorityClass, RouteView, TalkTargetSpec } from '@sidetone/protocol';
import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import { clientError } from '../error/client-error.js';
import type { HeldTarget, Speaker } from '../media/speaker.js';
import type { Lane } from './lane-selection.js';
import type { TalkSource } from './talk-source.js';

/** A target as one session knows it. */
export interface TalkRegistration {
  readonly id: string;
  /** In the ids of that session. */
  readonly spec: TalkTargetSpec;
  readonly lanes: readonly Lane[];
}

export interface TalkTargetParts {
  readonly registration: TalkRegistration;
  readonly priority: PriorityClass;
  readonly source: TalkSource;
  readonly unregister: (target: TalkTarget) => Promise<void>;
}

/**
 * A place to talk to, registered ahead so that the first word needs no message. Several may be held
 * at once. It ends with `unregister`, and when the client disconnects. A new session in place of one
 * that was lost registers it again: what is held goes on.
 */
export class TalkTarget implements HeldTarget {
  /** As asked for. */
  readonly priority: PriorityClass;
  readonly #parts: TalkTargetParts;
  #registration: TalkRegistration;
  #registered = true;
  readonly #playing = new Set<AbortController>();
  #closed = false;

  constructor(parts: TalkTargetParts) {
    this.#parts = parts;
    this.#registration = parts.registration;
    this.priority = parts.priority;
  }

  /** As the server knows it; another one after a lost session. */
  get id(): string {
    return this.#registration.id;
  }

  /** Empty while no session knows the target. */
  get lanes(): readonly Lane[] {
    return this.#registered ? this.#registration.lanes : [];
  }

  /** Where it goes, in the ids of the session that registered it last. */
  get spec(): TalkTargetSpec {
    return this.#registration.spec;
  }

  /** False while a lost session has not been replaced: what is said meanwhile goes nowhere. */
  get registered(): boolean {
    return this.#registered && !this.#closed;
  }

  /** Name of the source that speaks. */
  get source(): string {
    return this.#parts.source.name;
  }

  get routes(): readonly RouteView[] {
    return this.lanes.map(({ route }) => route);
  }

  /** Held: what its source is fed goes there. */
  get started(): boolean {
    return this.#speaker.isHeld(this);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The key goes down: from the next frame on the source is heard there. Idempotent. */
  start(): void {
    this.#requireOpen();
    this.#speaker.hold(this);
  }

  /** The key goes up: the next frame is the last one. Ends `play` too. Idempotent. */
  stop(): void {
    this.#endPlay();
    this.#speaker.release(this);
  }

  /**
   * Talks with a source from its beginning to its end, as one talkspurt, at the pace of speech.
   * Resolves when the last frame has left, early after `stop()` or when the signal says so; rejects
   * with what the source throws, and with `ERR_CLIENT_TARGET_CLOSED` when the session ends.
   */
  async play(
    source: AudioSource | OpusSource,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    this.#requireOpen();
    const playing = new AbortController();
    const stop = (): void => playing.abort();
    this.#playing.add(playing);
    options.signal?.addEventListener('abort', stop);
    if (options.signal?.aborted) stop();
    try {
      await this.#speaker.play(source, this, playing.signal);
    } finally {
      options.signal?.removeEventListener('abort', stop);
      this.#playing.delete(playing);
    }
    this.#requireOpen();
  }

  /** Ends the talk and takes the target back. Idempotent. */
  async unregister(): Promise<void> {
    if (this.#closed) return;
    this.stop();
    this.#speaker.endNow();
    await this.#speaker.drained();
    await this.#parts.unregister(this);
  }

  /** The session that knew it is lost; called by the registry. */
  suspend(): void {
    this.#registered = false;
    this.#speaker.lanesChanged(this);
  }

  /** Another session has registered it; called by the registry. */
  resume(registration: TalkRegistration): void {
    this.#registration = registration;
    this.#registered = true;
    this.#speaker.lanesChanged(this);
  }

  /** The server has forgotten it; called by the session. */
  close(): void {
    this.#closed = true;
    this.#endPlay();
    this.#speaker.drop(this);
  }

  get #speaker(): Speaker {
    return this.#parts.source.speaker;
  }

  #endPlay(): void {
    for (const playing of this.#playing) playing.abort();
  }

  #requireOpen(): void {
    if (!this.#closed) return;
    throw clientError(
      'ERR_CLIENT_TARGET_CLOSED',
      'the talk target is unregistered or its session has ended; register it again',
    );
  }
}
