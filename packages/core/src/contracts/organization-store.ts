import { createToken, type Token } from '../token.js';
import type { Portable, Versioned } from './stored-record.js';

export interface OrganizationRecord extends Versioned {
  readonly id: string;
  /** Unique. 1 to 80 characters, one line. */
  readonly name: string;
  /** Who may sign in: with `open` every user and guest, with `members` members alone. */
  readonly admission: 'open' | 'members';
  /** Sessions at a time, 1 and more; `null`: as many as the server takes. */
  readonly participantLimit: number | null;
  /** Channels, temporary ones included, 1 and more; `null`: as many as the server takes. */
  readonly channelLimit: number | null;
}

/** Keeps the organizations. Exports `organization`. */
export interface OrganizationStore extends Portable {
  /** All of them, by id. */
  load(): Promise<readonly OrganizationRecord[]>;
  put(record: OrganizationRecord): Promise<number>;
  /** With its channels, members, roles, bans and invites: all at once or not at all. */
  delete(organizationId: string): Promise<void>;
}

export const OrganizationStore: Token<OrganizationStore> = createToken('OrganizationStore');
