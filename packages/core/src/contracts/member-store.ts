import { createToken, type Token } from '../token.js';
import type { Page, Portable, Versioned } from './stored-record.js';

/** A user's belonging to an organization. */
export interface MemberRecord extends Versioned {
  readonly organizationId: string;
  readonly userId: string;
  /** What others see of the user in this organization; `null`: the account's own. */
  readonly displayName: string | null;
  /** Milliseconds of the Unix epoch. */
  readonly joinedAt: number;
}

/** Keeps who belongs to which organization. Exports `member`. */
export interface MemberStore extends Portable {
  get(organizationId: string, userId: string): Promise<MemberRecord | null>;
  /** In the order of user ids. */
  list(organizationId: string, page: Page): Promise<readonly MemberRecord[]>;
  /** Ids of the organizations that the user is a member of, in their order. */
  organizationsOf(userId: string): Promise<readonly string[]>;
  /** `ERR_STORE_REFERENCE` for an unknown user or organization. */
  put(record: MemberRecord): Promise<number>;
  /** With the roles that the user had there, and the overrides about them. */
  delete(organizationId: string, userId: string): Promise<void>;
}

export const MemberStore: Token<MemberStore> = createToken('MemberStore');
