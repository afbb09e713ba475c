import { createHash } from 'node:crypto';
import { WireError, wireErrors } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';

const MAX_ANSWERS = 256;
const KEPT_MS = 300_000;
/** Plugins answer what they like. The newest answer is kept however long it is. */
const MAX_CHARACTERS = 256 * 1024;
/** What a refusal is reckoned with. */
const REFUSAL_CHARACTERS = 1024;

/** A request that changes something, as a client may send it twice. */
export interface KeyedRequest {
  readonly key: string;
  readonly method: string;
  /** Without the key, and without what the schema does not know. */
  readonly params: unknown;
}

/** `text` is the result as JSON, so that nobody can change it any more. */
type Outcome = { readonly text: string } | { readonly error: unknown };

interface Entry {
  readonly question: string;
  readonly askedAtMs: number;
  readonly outcome: Promise<Outcome>;
  /** `null` while it is under way. */
  characters: number | null;
}

/**
 * What one session was answered, so that a request whose answer was lost can be asked again: the
 * change is made once. At most 256 answers, each for 5 minutes, oldest first out.
 */
export class ResponseLedger {
  readonly #clock: Clock;
  /** By key, in the order in which they were asked. */
  readonly #entries = new Map<string, Entry>();
  #characters = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Calls `run` the first time; a repeat, also while that runs, gets the same answer. Where `again`
   * is given, nothing of the result is kept: a repeat of what has succeeded gets what `again` gives.
   * A refusal is an answer like any other, except one that may succeed later. Rejects with
   * INVALID_PARAMS where the key was used for something else.
   */
  async answer(
    request: KeyedRequest,
    run: () => Promise<unknown>,
    again?: () => Promise<unknown>,
  ): Promise<unknown> {
    this.#forgetExpired();
    const question = questionOf(request);
    const known = this.#entries.get(request.key);
    if (!known) return this.#first(request, question, run, again !== undefined);
    if (known.question !== question) {
      throw new WireError(
        'INVALID_PARAMS',
        'this key was used for another request; take a fresh one for each',
        { details: { path: '/key' } },
      );
    }
    const outcome = await known.outcome;
    if ('error' in outcome) throw outcome.error;
    if (again) return again();
    return JSON.parse(outcome.text) as unknown;
  }

  async #first(
    { key }: KeyedRequest,
    question: string,
    run: () => Promise<unknown>,
    secret: boolean,
  ): Promise<unknown> {
    let result: unknown;
    const carryOut = async (): Promise<Outcome> => {
      try {
        result = await run();
        return { text: secret ? 'null' : JSON.stringify(result) };
      } catch (error) {
        return { error };
      }
    };
    const outcome = carryOut();
    const entry: Entry = { question, askedAtMs: this.#clock.now(), outcome, characters: null };
    this.#entries.set(key, entry);
    this.#makeRoom(entry);
    const settled = await outcome;
    if ('error' in settled && mayChange(settled.error)) this.#entries.delete(key);
    else this.#keep(entry, settled);
    if ('error' in settled) throw settled.error;
    return result;
  }

  #keep(entry: Entry, outcome: Outcome): void {
    entry.characters = 'error' in outcome ? REFUSAL_CHARACTERS : outcome.text.length;
    this.#characters += entry.characters;
    this.#makeRoom(entry);
  }

  #makeRoom(newest: Entry): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= MAX_ANSWERS && this.#characters <= MAX_CHARACTERS) return;
      if (entry !== newest) this.#forget(key, entry);
    }
  }

  #forgetExpired(): void {
    const nowMs = this.#clock.now();
    for (const [key, entry] of this.#entries) {
      if (nowMs - entry.askedAtMs < KEPT_MS) return;
      this.#forget(key, entry);
    }
  }

  /** What is under way stays: a repeat must not start it a second time. */
  #forget(key: string, entry: Entry): void {
    if (entry.characters === null) return;
    this.#characters -= entry.characters;
    this.#entries.delete(key);
  }
}

/** Whether the same request may succeed later; a failure of the server is told as one that may. */
function mayChange(error: unknown): boolean {
  return !(error instanceof WireError) || wireErrors[error.code].retryable;
}

/** A digest, because params may be as long as a message. The order of members does not count. */
function questionOf({ method, params }: KeyedRequest): string {
  const text = JSON.stringify([method, params], (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('base64');
}
