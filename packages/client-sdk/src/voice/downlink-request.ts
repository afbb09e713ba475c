import type { Downlink } from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../clock/clock.js';

export interface DownlinkRequestParts {
  readonly clock: Clock;
  /** Rejects when the server does not. */
  readonly request: (downlink: Downlink) => Promise<void>;
  /** The server sends this way now. */
  readonly agreed: (downlink: Downlink) => void;
  readonly rejected: (message: string) => void;
}

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** Asks the server for the downlink that is wanted, one request at a time, until it agrees. */
export class DownlinkRequest {
  readonly #parts: DownlinkRequestParts;
  /** What a server does that nobody has asked: UDP as soon as it is proven. */
  #wanted: Downlink = 'udp';
  #agreed: Downlink | null = 'udp';
  /** `null` while nothing can be asked. */
  #attempt: object | null = {};
  #underWay = false;
  #pauseMs = FIRST_PAUSE_MS;
  #cancelPause: CancelTimer | null = null;

  constructor(parts: DownlinkRequestParts) {
    this.#parts = parts;
  }

  want(downlink: Downlink): void {
    if (downlink === this.#wanted) return;
    this.#wanted = downlink;
    this.#stopPause();
    this.#next();
  }

  /** Nobody can be asked; what is under way does not count any more. */
  suspend(): void {
    this.#attempt = null;
    this.#stopPause();
  }

  /** @param again the server may have changed its way meanwhile, and is asked in any case */
  resume(again: boolean): void {
    this.#attempt = {};
    this.#underWay = false;
    if (again) this.#agreed = null;
    this.#next();
  }

  #next(): void {
    if (this.#attempt === null || this.#underWay || this.#cancelPause !== null) return;
    if (this.#wanted === this.#agreed) return;
    this.#underWay = true;
    void this.#ask(this.#wanted, this.#attempt);
  }

  async #ask(downlink: Downlink, attempt: object): Promise<void> {
    try {
      await this.#parts.request(downlink);
      if (this.#attempt !== attempt) return;
      this.#agreed = downlink;
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#parts.agreed(downlink);
    } catch (error) {
      if (this.#attempt !== attempt) return;
      this.#parts.rejected(`"voice.setPath" failed: ${String(error)}`);
      // Whatever was agreed before, the answer leaves open what the server does now.
      this.#agreed = null;
      if (this.#wanted === downlink) this.#pause();
    }
    this.#underWay = false;
    this.#next();
  }

  #pause(): void {
    this.#cancelPause = this.#parts.clock.after(this.#pauseMs, () => {
      this.#cancelPause = null;
      this.#next();
    });
    this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
  }

  #stopPause(): void {
    this.#cancelPause?.();
    this.#cancelPause = null;
    this.#pauseMs = FIRST_PAUSE_MS;
  }
}
