import type { ReconnectPolicy } from '@sidetone/client-sdk';
import { WireClient } from '../../wire/wire-client.js';
import { wallTime } from './hearing.js';
import { lasting } from './lasting.js';

/** As the SDK has it, from the opening of a connection to its session. */
const ATTEMPT_TIMEOUT_MS = 10_000;

export interface CrowdMemberParts {
  readonly url: string;
  readonly name: string;
  readonly channel: string;
  readonly policy: ReconnectPolicy;
}

/** What came of one time that a member lost its connection. */
export interface CrowdOutage {
  readonly lostAt: number;
  readonly closeCode: number;
  readonly retryAfterMs: number | null;
  attempts: number;
  backAt: number | null;
  /** Whether its session was still there. */
  resumed: boolean;
}

/**
 * One of very many: it keeps no state of the organization but the numbers of events, and comes back
 * as the SDK does, by token first, with the SDK's policy.
 */
export class CrowdMember {
  readonly #parts: CrowdMemberParts;
  #client: WireClient | null = null;
  #closed = false;
  #lastNumber: number | null = null;
  readonly outages: CrowdOutage[] = [];
  /** Numbers of state events that were skipped or came again over a resume. */
  misnumbered = 0;

  constructor(parts: CrowdMemberParts) {
    this.#parts = parts;
  }

  async connect(): Promise<void> {
    await this.#signIn();
  }

  /** The connection is gone without a word. */
  cut(): void {
    this.#client?.cut();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#client?.cut();
  }

  async #signIn(): Promise<void> {
    const { url, name, channel } = this.#parts;
    const client = await intime((signal) => WireClient.connect(url, name, signal));
    this.#lastNumber = null;
    this.#watch(client);
    await intime(() => client.join(channel));
  }

  #watch(client: WireClient): void {
    this.#client = client;
    let retryAfterMs: number | null = null;
    void client.next('closing').then((closing) => {
      retryAfterMs = (closing as { retryAfterMs?: number }).retryAfterMs ?? null;
    });
    void client.ended.then((closeCode) => {
      this.#checkNumbers(client.numbers);
      if (this.#closed) return;
      const lostAt = wallTime();
      const outage = { lostAt, closeCode, retryAfterMs, attempts: 0, backAt: null, resumed: false };
      this.outages.push(outage);
      void this.#comeBack(client, outage);
    });
  }

  async #comeBack(lost: WireClient, outage: CrowdOutage): Promise<void> {
    const { policy } = this.#parts;
    const reason = { kind: 'connectionLost', message: 'cut' } as const;
    while (!this.#closed && outage.backAt === null) {
      outage.attempts += 1;
      const elapsedMs = wallTime() - outage.lostAt;
      const ownMs = policy({ attempt: outage.attempts, elapsedMs, reason }) ?? 0;
      const leastMs = outage.attempts === 1 ? (outage.retryAfterMs ?? 0) : 0;
      await lasting(Math.max(ownMs, leastMs));
      try {
        await this.#attempt(lost, outage);
        outage.backAt = wallTime();
      } catch {
        // The next attempt follows; how many it took is part of the result.
      }
    }
  }

  async #attempt(lost: WireClient, outage: CrowdOutage): Promise<void> {
    try {
      const client = await intime((signal) =>
        WireClient.resume(this.#parts.url, lost.ticket, signal),
      );
      outage.resumed = true;
      this.#watch(client);
    } catch (error) {
      if (!String(error).includes('SESSION_UNKNOWN')) throw error;
      await this.#signIn();
    }
  }

  #checkNumbers(numbers: readonly number[]): void {
    for (const number of numbers) {
      if (this.#lastNumber !== null && number !== this.#lastNumber + 1) this.misnumbered += 1;
      this.#lastNumber = number;
    }
  }
}

/** Who gives up takes its connection along: a late answer must not make its token count. */
async function intime<T>(attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const patience = new AbortController();
  const late = new Promise<never>((_resolve, reject) => {
    patience.signal.addEventListener('abort', () => reject(new Error('the attempt took too long')));
  });
  const timer = setTimeout(() => patience.abort(), ATTEMPT_TIMEOUT_MS);
  try {
    return await Promise.race([attempt(patience.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
