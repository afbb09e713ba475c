import type { Client } from '@sidetone/client-sdk';
import { wallTime } from './hearing.js';

/** One time that a client was cut off, as its own states told it. */
export interface Outage {
  readonly lostAt: number;
  /** Why, as `DisconnectReason.kind` has it, with the close reason where the server gave one. */
  readonly reason: string;
  /** When attempts began, and how long each was to wait from which moment. */
  readonly attempts: { readonly at: number; readonly toldAt: number; readonly delayMs: number }[];
  /** Wall time; `null` while it goes on. */
  backAt: number | null;
  readonly sessionBefore: string;
  sessionAfter: string | null;
}

/** The outages of one client, from its `stateChanged`. */
export class OutageRecord {
  readonly outages: Outage[] = [];
  #session = '';
  #pause: { readonly toldAt: number; readonly delayMs: number } | null = null;

  constructor(client: Client) {
    client.on('stateChanged', ({ state }) => {
      if (state.status === 'reconnecting') this.#attempt(state.retryInMs, describe(state.reason));
      if (state.status === 'connected') this.#back(state.session);
    });
  }

  get #open(): Outage | null {
    const last = this.outages.at(-1);
    return last && last.backAt === null ? last : null;
  }

  #attempt(retryInMs: number | null, reason: string): void {
    const now = wallTime();
    const outage = this.#open ?? {
      lostAt: now,
      reason,
      attempts: [],
      backAt: null,
      sessionBefore: this.#session,
      sessionAfter: null,
    };
    if (outage !== this.#open) this.outages.push(outage);
    if (retryInMs !== null) {
      this.#pause = { toldAt: now, delayMs: retryInMs };
      return;
    }
    // At once: nothing was told of a pause.
    outage.attempts.push({ at: now, ...(this.#pause ?? { toldAt: now, delayMs: 0 }) });
    this.#pause = null;
  }

  #back(session: string): void {
    const outage = this.#open;
    this.#session = session;
    if (!outage) return;
    outage.backAt = wallTime();
    outage.sessionAfter = session;
  }
}

function describe(reason: { readonly kind: string; readonly reason?: string | null }): string {
  return reason.reason ? `${reason.kind} ${reason.reason}` : reason.kind;
}
