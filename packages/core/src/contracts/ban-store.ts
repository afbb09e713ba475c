import { createToken, type Token } from '../token.js';
import type { Portable } from './stored-record.js';

/** Who may not come in. */
export type BanSubject =
  | { readonly kind: 'user'; readonly userId: string }
  /** In CIDR notation (RFC 4632, RFC 4291 section 2.3), for instance `203.0.113.0/24`. */
  | { readonly kind: 'network'; readonly network: string };

/** Never changed: lifted by being deleted, changed by another one. */
export interface BanRecord {
  readonly id: string;
  readonly organizationId: string;
  readonly subject: BanSubject;
  /** For who is banned, at most 1,024 characters. */
  readonly reason: string;
  /** Name of who did it, for people. */
  readonly createdBy: string;
  /** Milliseconds of the Unix epoch. */
  readonly createdAt: number;
  /** `null`: for good. */
  readonly expiresAt: number | null;
}

/** Keeps bans. Who is banned need not have an account. Exports `ban`. */
export interface BanStore extends Portable {
  /** Those that hold at `now`, newest first, then by id; at its `expiresAt` a ban holds no more. */
  list(organizationId: string, now: number): Promise<readonly BanRecord[]>;
  /**
   * The same record again changes nothing; another one with its id is `ERR_STORE_CONFLICT`.
   * `ERR_STORE_REFERENCE` for an unknown organization.
   */
  put(record: BanRecord): Promise<void>;
  delete(organizationId: string, banId: string): Promise<void>;
}

export const BanStore: Token<BanStore> = createToken('BanStore');
