import type { Plugin } from '@sidetone/core';
import { groupPush } from '@sidetone/plugin-acl';
import type { Settings } from '../config/settings.js';

/** Roles that another program sets; `null` where the configuration has none. */
export function groupPlugin({ groups, groupsKey }: Settings): Plugin | null {
  if (groupsKey === null) return null;
  return groupPush({ secret: groupsKey.reveal(), managedRoles: groups.roles });
}
