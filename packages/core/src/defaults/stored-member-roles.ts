import type { MemberLeaving, MemberRoles } from '../contracts/member-roles.js';
import type { RoleAssignment, RoleStore } from '../contracts/role-store.js';

/** Where nobody decides by roles: they are kept, and hold nobody back. */
export class StoredMemberRoles implements MemberRoles {
  readonly #roles: Pick<RoleStore, 'assign'>;

  constructor(roles: Pick<RoleStore, 'assign'>) {
    this.#roles = roles;
  }

  assign(assignment: RoleAssignment): Promise<void> {
    return this.#roles.assign(assignment);
  }

  removing<T>(_leaving: MemberLeaving, remove: () => Promise<T>): Promise<T> {
    return remove();
  }
}
