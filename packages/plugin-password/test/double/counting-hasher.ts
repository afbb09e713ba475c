import { createHash } from 'node:crypto';
import type { PasswordCheck } from '@sidetone/core';
import type { Comparison, QueuedHasher } from '../../src/hashing/argon2-hasher.js';

/** Hashes in no time, and remembers what it was asked, without the password. */
export class CountingHasher implements QueuedHasher {
  readonly calls: string[] = [];
  /** Hashes that count as made with less than today. */
  readonly outdated = new Set<string>();
  /** Thrown in place of the next answers. */
  readonly failures: Error[] = [];

  async hash(password: string): Promise<string> {
    this.#call('hash');
    return hashOf(password);
  }

  async verify(hash: string | null, password: string): Promise<PasswordCheck> {
    this.#call('verify');
    return { ok: hash === hashOf(password), outdated: this.outdated.has(hash ?? '') };
  }

  async verifyFound(find: () => Promise<Comparison>): Promise<PasswordCheck> {
    const { hash, password } = await find();
    return this.verify(hash, password);
  }

  /** What was called since the last time, in order. */
  taken(): string[] {
    return this.calls.splice(0);
  }

  #call(name: string): void {
    this.calls.push(name);
    const failure = this.failures.shift();
    if (failure) throw failure;
  }
}

export function hashOf(password: string): string {
  return `test:${createHash('sha256').update(password.normalize('NFKC')).digest('base64url')}`;
}
