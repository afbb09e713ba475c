import type { AccountRecord, CredentialRecord } from '@sidetone/core';
import { invalid } from './denial.js';
import { PASSWORD } from './credential-kind.js';
import type { PasswordParts } from './parts.js';
import { reachStore } from '../store/reach-store.js';

type WriterParts = Pick<PasswordParts, 'credentials' | 'hasher' | 'policy' | 'clock'>;

/** Keeps passwords as hashes. */
export class PasswordWriter {
  readonly #parts: WriterParts;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** Throws `WireError` INVALID_PARAMS for a password that is against the policy. */
  requireGood(password: string, account: Pick<AccountRecord, 'name' | 'displayName'>): void {
    const problem = this.#parts.policy.problemOf(password, [account.name, account.displayName]);
    if (problem !== null) throw invalid(problem);
  }

  /** Replaces `present`. Rejects with what the store and the hasher say. */
  async write(
    userId: string,
    password: string,
    present: CredentialRecord | null,
    { mustChange = false, standing }: { mustChange?: boolean; standing?: number } = {},
  ): Promise<void> {
    await this.writeHash(userId, await this.#parts.hasher.hash(password, standing), present, {
      mustChange,
    });
  }

  async writeHash(
    userId: string,
    hash: string,
    present: CredentialRecord | null,
    { mustChange = false }: { mustChange?: boolean } = {},
  ): Promise<void> {
    const { credentials, clock } = this.#parts;
    const changedAt = clock.wallTime();
    const version = present?.version ?? 0;
    const record = { userId, kind: PASSWORD, hash, mustChange, changedAt, version };
    await reachStore(clock, () => credentials.put(record));
  }
}
