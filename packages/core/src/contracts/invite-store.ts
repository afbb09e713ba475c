import { createToken, type Token } from '../token.js';
import type { Portable } from './stored-record.js';

/** Lets people register, or become members of an organization. */
export interface InviteRecord {
  readonly id: string;
  readonly organizationId: string;
  /** SHA-256 of the code that was given out, in base64url. */
  readonly codeHash: string;
  readonly createdBy: string;
  /** Milliseconds of the Unix epoch. */
  readonly createdAt: number;
  /** `null`: never. */
  readonly expiresAt: number | null;
  /** How many users it is good for in all; `null`: any number. */
  readonly maxUses: number | null;
  /** Roles that whoever uses it is given; one that is gone by then is not given. */
  readonly roleIds: readonly string[];
}

export interface InviteUse {
  readonly invite: InviteRecord;
  /** Users who have used it. */
  readonly uses: number;
}

/** Keeps invites and counts who has used them. Exports `invite`, and `inviteUse` for each who has. */
export interface InviteStore extends Portable {
  /** Of whatever organization: the code is all that the newcomer has. */
  findByCode(codeHash: string): Promise<InviteUse | null>;
  /** Newest first, then by id; those too that are used up or past their time. */
  list(organizationId: string): Promise<readonly InviteUse[]>;
  /**
   * The same record again changes nothing; another one with its id or code is `ERR_STORE_CONFLICT`,
   * also when the code is one of another organization. `ERR_STORE_REFERENCE` for an unknown
   * organization.
   */
  put(record: InviteRecord): Promise<void>;
  /**
   * Counts the user, once however often it is called: who is counted gets true again, whatever has
   * become of the invite. False when it is used up, past its time (`expiresAt <= now`), or not there:
   * of many at once exactly `maxUses` get through. The user need not have an account yet.
   */
  use(organizationId: string, inviteId: string, userId: string, now: number): Promise<boolean>;
  delete(organizationId: string, inviteId: string): Promise<void>;
}

export const InviteStore: Token<InviteStore> = createToken('InviteStore');
