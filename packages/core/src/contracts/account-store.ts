import { createToken, type Token } from '../token.js';
import type { Page, Portable, Versioned } from './stored-record.js';

/** A user with an account. Users are global, and members of any number of organizations. */
export interface AccountRecord extends Versioned {
  readonly id: string;
  /** To sign in with, unique. 1 to 80 characters. */
  readonly name: string;
  /** What others see. 1 to 80 characters, one line. */
  readonly displayName: string;
  /** May not sign in. */
  readonly disabled: boolean;
  /** May administer the whole server, every organization included. */
  readonly administrator: boolean;
  /** Milliseconds of the Unix epoch. */
  readonly createdAt: number;
}

/** Keeps accounts. Exports `account`. */
export interface AccountStore extends Portable {
  get(userId: string): Promise<AccountRecord | null>;
  findByName(name: string): Promise<AccountRecord | null>;
  /** In the order of ids. */
  list(page: Page): Promise<readonly AccountRecord[]>;
  put(record: AccountRecord): Promise<number>;
  /** With everything that hangs on the account: credentials, settings, memberships, roles, overrides. */
  delete(userId: string): Promise<void>;
}

export const AccountStore: Token<AccountStore> = createToken('AccountStore');
