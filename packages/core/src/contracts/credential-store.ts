import { createToken, type Token } from '../token.js';
import type { Portable, Versioned } from './stored-record.js';

/** What proves that somebody is a user: never the secret, always something made of it. */
export interface CredentialRecord extends Versioned {
  readonly userId: string;
  /** One of each kind per user, for instance `password`. */
  readonly kind: string;
  /** A hash with its parameters, for instance in PHC format. At most 1,024 characters. */
  readonly hash: string;
  /** Good for nothing but replacing it. */
  readonly mustChange: boolean;
  /** Milliseconds of the Unix epoch. */
  readonly changedAt: number;
}

/** Keeps credentials. No implementation logs a hash. Exports `credential`. */
export interface CredentialStore extends Portable {
  get(userId: string, kind: string): Promise<CredentialRecord | null>;
  /** `ERR_STORE_REFERENCE` for an unknown user. */
  put(record: CredentialRecord): Promise<number>;
  delete(userId: string, kind: string): Promise<void>;
}

export const CredentialStore: Token<CredentialStore> = createToken('CredentialStore');
