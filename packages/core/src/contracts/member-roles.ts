import { createToken, type Token } from '../token.js';
import type { RoleAssignment } from './role-store.js';

/** Who stops being a member, and where. */
export interface MemberLeaving {
  readonly userId: string;
  /** `null`: everywhere, because the account goes. */
  readonly organizationId: string | null;
}

/**
 * The way to the roles of members for those who do not decide on permissions: what takes members
 * in, and what takes them out. Whoever keeps roles in memory provides it, and so hears of every
 * change; core's own goes to the stores and refuses nothing.
 */
export interface MemberRoles {
  /**
   * As `RoleStore.assign`, errors included. When it resolves, the role holds for the sessions that
   * the user has, and for the next one.
   */
  assign(assignment: RoleAssignment): Promise<void>;
  /**
   * Calls `remove`, which deletes the membership or the account with all roles, and gives what it
   * gives. Rejects with `WireError` ACCESS_DENIED, and has not called it then, where the
   * organization cannot be without this user.
   */
  removing<T>(leaving: MemberLeaving, remove: () => Promise<T>): Promise<T>;
}

export const MemberRoles: Token<MemberRoles> = createToken('MemberRoles');
