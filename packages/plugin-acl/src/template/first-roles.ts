import { stableId, type AuditLog, type Clock, type RoleStore } from '@sidetone/core';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import { basic } from './basic.js';

interface FirstRolesParts {
  readonly store: RoleStore;
  readonly auditLog: AuditLog;
  readonly clock: Clock;
}

/**
 * Gives an organization that has no role at all those of the template `basic`: without any, nobody
 * could even see a channel. Several servers that begin on one database write the same.
 */
export async function makeFirstRoles(
  roles: OrganizationRoles,
  { store, auditLog, clock }: FirstRolesParts,
): Promise<void> {
  if (!roles.roles()[Symbol.iterator]().next().done) return;
  const { organizationId } = roles;
  for (const { name, rank, implicit, permissions } of basic.roles) {
    const id = stableId('role', organizationId, name);
    const content = { id, organizationId, name, rank, implicit, permissions };
    const record = { ...content, netPlan: [], version: 0 };
    const version = await store.putRole(record);
    roles.apply({ kind: 'roleChanged', role: { ...record, version } });
    auditLog.append({
      at: clock.wallTime(),
      organizationId,
      actor: { kind: 'program', name: 'template basic' },
      action: 'role.create',
      details: { role: id, name, rank, permissions, implicit },
      outcome: 'committed',
    });
  }
}
