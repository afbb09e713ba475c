import { randomBytes } from 'node:crypto';
import type { Metrics, PasswordCheck, PasswordHasher } from '@sidetone/core';
import { WireError } from '@sidetone/protocol';
import { isOutdated, parametersOf, type Argon2Parameters } from './argon2-parameters.js';
import type { HashRunner } from './hash-job.js';
import type { HashQueue } from './hash-queue.js';

/** Four times what a password may have, so that other secrets may be longer. */
const MAX_BYTES = 1024;
/** Between who has done nothing wrong and who has guessed. */
const USUAL_STANDING = 1;

/** As the contract says, and with a place in the queue: 0 is served first. */
export interface QueuedHasher extends PasswordHasher {
  hash(password: string, standing?: number): Promise<string>;
  verify(hash: string | null, password: string, standing?: number): Promise<PasswordCheck>;
  /**
   * The same, where it is not known yet what to compare: `find` is called when there is room in the
   * queue, so that somebody who is refused for want of it costs no question to a database.
   */
  verifyFound(find: () => Promise<Comparison>, standing: number): Promise<PasswordCheck>;
}

export interface Comparison {
  readonly hash: string | null;
  readonly password: string;
}

export interface Argon2HasherParts {
  readonly parameters: Argon2Parameters;
  readonly runner: HashRunner;
  readonly queue: HashQueue;
  readonly metrics: Metrics;
}

/** Argon2id of the NFKC form of a password, so that it does not matter on which keyboard it is typed. */
export class Argon2Hasher implements QueuedHasher {
  readonly #parts: Argon2HasherParts;
  #dummyHash: string | null = null;

  constructor(parts: Argon2HasherParts) {
    this.#parts = parts;
  }

  /** Makes what passwords of unknown users are compared with. Nothing is verified before it. */
  async warmUp(): Promise<void> {
    this.#dummyHash = await this.hash(randomBytes(32).toString('base64url'));
  }

  async hash(password: string, standing: number = USUAL_STANDING): Promise<string> {
    const { parameters, metrics, queue, runner } = this.#parts;
    const job = { kind: 'hash', password: normalized(password), parameters } as const;
    return queue.run(standing, async () => {
      metrics.counter('password.hashed', 'hash').add();
      return String(await runner.run(job));
    });
  }

  async verify(
    hash: string | null,
    password: string,
    standing: number = USUAL_STANDING,
  ): Promise<PasswordCheck> {
    // Refused before it has a place in the queue.
    const form = normalized(password);
    return this.verifyFound(async () => ({ hash, password: form }), standing);
  }

  verifyFound(find: () => Promise<Comparison>, standing: number): Promise<PasswordCheck> {
    return this.#parts.queue.runPrepared(standing, find, (found) => this.#compare(found));
  }

  async #compare({ hash, password }: Comparison): Promise<PasswordCheck> {
    const made = hash === null ? null : parametersOf(hash);
    const compared = made === null ? this.#dummyHash : hash;
    if (compared === null) throw new Error('the hasher was asked before its warm-up was done');
    const { metrics, runner, parameters } = this.#parts;
    const job = { kind: 'verify', password: normalized(password), hash: compared } as const;
    metrics.counter('password.hashed', 'verify').add();
    const fits = await runner.run(job);
    if (made === null) return { ok: false, outdated: false };
    return { ok: fits === true, outdated: isOutdated(made, parameters) };
  }
}

function normalized(password: string): string {
  // Before it is normalized, which can make it 18 times as long and takes time.
  if (password.length <= MAX_BYTES) {
    const form = password.normalize('NFKC');
    if (Buffer.byteLength(form) <= MAX_BYTES) return form;
  }
  throw new WireError('INVALID_PARAMS', `a password has at most ${MAX_BYTES} bytes`);
}
