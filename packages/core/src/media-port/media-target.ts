import {
  buildPayload,
  buildUplinkBody,
  EMPTY_PAYLOAD,
  LEVEL_WITHHELD,
  SENDER_PART_BYTES,
  writeSenderPart,
  type FrameDurationMs,
  type MethodResult,
  type SenderPart,
} from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../contracts/clock.js';
import { coreError } from '../error/error-codes.js';
import type { PortKeys } from './port-keys.js';
import type { SourceNumbers } from './source-numbers.js';

/** The end of a talkspurt is said twice more, in case a listener lost it. */
const END_REPEATS_AT_MS = [20, 40];

export interface MediaFrameOptions {
  /** Of the Opus packet; 20 unless given. Constant within a talkspurt. */
  readonly durationMs?: FrameDurationMs;
  /** Last frame of the talkspurt. */
  readonly end?: boolean;
  /** RFC 6464 octet; withheld unless given. */
  readonly level?: number;
}

interface MediaTargetParts {
  readonly clock: Clock;
  readonly keys: PortKeys;
  readonly numbers: SourceNumbers;
  readonly registered: MethodResult<'talk.register'>;
  /** Hands an uplink body to core. */
  readonly emit: (body: Uint8Array) => void;
  readonly unregister: () => Promise<void>;
}

/** A registered talk target of a media port. */
export class MediaTarget {
  readonly #parts: MediaTargetParts;
  #talking = false;
  #closed = false;
  #cancelRepeats: readonly CancelTimer[] = [];

  constructor(parts: MediaTargetParts) {
    this.#parts = parts;
  }

  get id(): string {
    return this.#parts.registered.target;
  }

  /**
   * Sends one Opus packet to the target; the caller keeps the pace. The first one after an end
   * starts a transmission. Routes that the port has lost are left out; throws
   * `ERR_MEDIA_PORT_UNKNOWN` when none is left. After the end of target or port it does nothing.
   */
  send(opus: Uint8Array, options: MediaFrameOptions = {}): void {
    if (this.#closed) return;
    const { durationMs = 20, end = false, level = LEVEL_WITHHELD } = options;
    this.#stopRepeating();
    const start = !this.#talking;
    const numbers = this.#parts.numbers.next(durationMs, start);
    const sender = { ...numbers, start, end, durationMs, level };
    if (!this.#seal(sender, buildPayload(opus))) {
      const message = `talk target "${this.id}" has no route left; register another`;
      throw coreError('ERR_MEDIA_PORT_UNKNOWN', message);
    }
    this.#talking = !end;
    if (end) this.#repeatEnd({ ...sender, start: false });
  }

  /** Unregisters the target. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.abandon();
    await this.#parts.unregister();
  }

  /** The port has ended, and all its targets with it. */
  abandon(): void {
    this.#closed = true;
    this.#stopRepeating();
  }

  #repeatEnd(sender: SenderPart): void {
    const { clock } = this.#parts;
    this.#cancelRepeats = END_REPEATS_AT_MS.map((delayMs) =>
      clock.after(delayMs, () => this.#seal(sender, EMPTY_PAYLOAD)),
    );
  }

  #stopRepeating(): void {
    for (const cancel of this.#cancelRepeats) cancel();
    this.#cancelRepeats = [];
  }

  /** Whether any route took it. */
  #seal(sender: SenderPart, plaintext: Uint8Array): boolean {
    const { registered, keys, emit } = this.#parts;
    const senderPart = new Uint8Array(SENDER_PART_BYTES);
    writeSenderPart(senderPart, 0, sender);
    let sent = false;
    for (const { handle, route } of registered.handles) {
      const sealer = keys.sealer(route.id, registered.source.id);
      if (sealer === null) continue;
      emit(buildUplinkBody(handle, senderPart, sealer.seal(senderPart, plaintext)));
      sent = true;
    }
    return sent;
  }
}
