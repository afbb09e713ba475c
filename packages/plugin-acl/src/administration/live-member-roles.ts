import type { MemberLeaving, MemberRoles, RoleAssignment } from '@sidetone/core';
import type { RoleDesk } from './role-desk.js';
import type { RoleDesks } from './role-desks.js';
import { requireAdministrator } from './role-rules.js';

/** Members that come and go by other ways than this package's own, in memory as in the store. */
export class LiveMemberRoles implements MemberRoles {
  readonly #desks: RoleDesks;

  constructor(desks: RoleDesks) {
    this.#desks = desks;
  }

  assign({ organizationId, roleId, userId }: RoleAssignment): Promise<void> {
    const desk = this.#desks.of(organizationId);
    return desk.inTurn(async (roles) => {
      const assignment = { organizationId, roleId, userId };
      await desk.ask(() => desk.parts.store.assign(assignment));
      // The store knows it: the memory can only be behind where another server has made it.
      if (roles.role(roleId)) desk.apply(roles, { kind: 'assigned', roleId, userId });
    });
  }

  removing<T>({ userId, organizationId }: MemberLeaving, remove: () => Promise<T>): Promise<T> {
    const desks = organizationId === null ? this.#desks.all() : [this.#desks.of(organizationId)];
    return inTurns(desks, userId, remove);
  }
}

/** In the turn of every organization at once, each within that of the one before. */
async function inTurns<T>(
  [first, ...others]: readonly RoleDesk[],
  userId: string,
  remove: () => Promise<T>,
): Promise<T> {
  if (first === undefined) return remove();
  return first.inTurn(async (roles) => {
    await requireAdministrator(first, roles, { userId });
    const result = await inTurns(others, userId, remove);
    first.apply(roles, { kind: 'memberRemoved', userId });
    return result;
  });
}
