import { permissions, Priorities, type PriorityClass } from '@sidetone/protocol';
import type { AccessScope, PermissionName, SubjectAccess } from '../contracts/access-policy.js';

/** Those of version 1, and then those `declared` by plugins, that are held there. */
export function grantedPermissions(
  access: SubjectAccess,
  scope: AccessScope,
  declared: Iterable<PermissionName> = [],
): PermissionName[] {
  const names = new Set<PermissionName>([...permissions, ...declared]);
  return [...names].filter((permission) => access.allows(permission, scope));
}

/** A talker asks for a priority with each push of talk, and gets at most this one. */
export function highestPriority(access: SubjectAccess, channelId: string): PriorityClass {
  if (access.allows('EMERGENCY', { channelId })) return Priorities.emergency;
  return access.allows('PRIORITY', { channelId }) ? Priorities.priority : Priorities.normal;
}
