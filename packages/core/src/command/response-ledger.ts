import { createHash } from 'node:crypto';
import { WireError, wireErrors } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { AnswersOfSession } from './answer-archive.js';

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

export interface AnswerOptions {
  /**
   * For a request whose result holds secrets: nothing of the result is kept then, and a repeat of
   * what has succeeded gets what this gives.
   */
  readonly again?: (() => Promise<unknown>) | undefined;
  /** Whether what it changes is still changed after a restart. */
  readonly lasting?: boolean;
  /** Puts it behind what the session has asked for before. By default it is carried out at once. */
  readonly turn?: (task: () => Promise<Outcome>) => Promise<Outcome>;
}

/** `text` is the result as JSON, so that nobody can change it any more. */
type Outcome =
  | { readonly text: string }
  /** `kept`: it is the answer to every repeat. */
  | { readonly error: unknown; readonly kept: boolean };

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
  readonly #archive: AnswersOfSession | null;
  /** By key, in the order in which they were asked. */
  readonly #entries = new Map<string, Entry>();
  #characters = 0;

  /** `archive`: without it the answers end with the process. */
  constructor(clock: Clock, archive: AnswersOfSession | null = null) {
    this.#clock = clock;
    this.#archive = archive;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Calls `run` the first time; a repeat, also while that runs, gets the same answer. A refusal is an answer like any other, except one that may succeed later. Rejects with
   * INVALID_PARAMS where the key was used for something else.
   */
  async answer(
    request: KeyedRequest,
    run: () => Promise<unknown>,
    options: AnswerOptions = {},
  ): Promise<unknown> {
    this.#forgetExpired();
    const question = questionOf(request);
    const known = this.#entries.get(request.key);
    if (!known) return this.#first(request, question, run, options);
    if (known.question !== question) throw keyTaken();
    const outcome = await known.outcome;
    if ('error' in outcome) throw outcome.error;
    if (options.again) return options.again();
    return JSON.parse(outcome.text) as unknown;
  }

  async #first(
    { key }: KeyedRequest,
    question: string,
    run: () => Promise<unknown>,
    options: AnswerOptions,
  ): Promise<unknown> {
    let fresh: { readonly result: unknown } | undefined;
    const outcome = this.#carryOut(key, question, options, async () => {
      const result = await run();
      fresh = { result };
      return options.again ? null : result;
    });
    const entry: Entry = { question, askedAtMs: this.#clock.now(), outcome, characters: null };
    this.#entries.set(key, entry);
    this.#makeRoom(entry);
    const settled = await outcome;
    if ('error' in settled && !settled.kept) this.#entries.delete(key);
    else this.#keep(entry, settled);
    if ('error' in settled) throw settled.error;
    return fresh ? fresh.result : (JSON.parse(settled.text) as unknown);
  }

  /** Never rejects. What outlasts the process is kept beyond it before it is answered. */
  async #carryOut(
    key: string,
    question: string,
    { again, lasting = false, turn = (task) => task() }: AnswerOptions,
    run: () => Promise<unknown>,
  ): Promise<Outcome> {
    const archive = lasting && again === undefined ? this.#archive : null;
    try {
      return await turn(async () => {
        const kept = (await archive?.find(key)) ?? null;
        if (kept !== null && kept.fingerprint !== question) {
          return { error: keyTaken(), kept: false };
        }
        if (kept !== null) return { text: kept.answer };
        const text = JSON.stringify(await run());
        await archive?.keep(key, { fingerprint: question, answer: text });
        return { text };
      });
    } catch (error) {
      return { error, kept: !mayChange(error) };
    }
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

function keyTaken(): WireError {
  return new WireError(
    'INVALID_PARAMS',
    'this key was used for another request; take a fresh one for each',
    { details: { path: '/key' } },
  );
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
