import type { AclCall } from './acl-call.js';
import type { AclMethodName, AclParams, AclResult } from './acl-methods.js';
import { assignRole, unassignRole } from './assignment-commands.js';
import { setNetPlan } from './net-plan-commands.js';
import { removeOverride, setOverride, setSealed } from './override-commands.js';
import { createRole, deleteRole, updateRole } from './role-commands.js';
import { listHolders, listOverrides, listRoles, overrideView, roleView } from './role-queries.js';

export type AclHandlers = {
  readonly [M in AclMethodName]: (
    call: AclCall,
    params: AclParams<M>,
  ) => AclResult<M> | Promise<AclResult<M>>;
};

/** What each method does, for who has called it. */
export const aclHandlers: Omit<AclHandlers, 'netPlan.get'> = {
  'role.list': listRoles,
  'role.holders': listHolders,
  'role.overrides': listOverrides,
  'role.create': async (call, draft) => ({
    role: roleView(call, await createRole(call.desk, call.author, draft)),
  }),
  'role.update': async (call, { role, ...changes }) => ({
    role: roleView(call, await updateRole(call.desk, call.author, role, changes)),
  }),
  'role.delete': async ({ desk, author }, { role }) => {
    await deleteRole(desk, author, role);
    return {};
  },
  'role.assign': async ({ desk, author }, { role, user }) => {
    await assignRole(desk, author, { roleId: role, userId: user });
    return {};
  },
  'role.unassign': async ({ desk, author }, { role, user }) => {
    await unassignRole(desk, author, { roleId: role, userId: user });
    return {};
  },
  'role.setOverride': async ({ desk, author }, { channel, ...draft }) => ({
    override: overrideView(await setOverride(desk, author, { channelId: channel, ...draft })),
  }),
  'role.removeOverride': async ({ desk, author }, { channel, subject }) => {
    await removeOverride(desk, author, { channelId: channel, subject });
    return {};
  },
  'role.seal': async ({ desk, author }, { channel, sealed }) => {
    await setSealed(desk, author, { channelId: channel, sealed });
    return {};
  },
  'role.setNetPlan': async (call, { role, nets, ...options }) => {
    const plan = nets.map(({ channel, ...net }) => ({ channelId: channel, ...net }));
    const changed = await setNetPlan(call.desk, call.author, role, { nets: plan, ...options });
    return { role: roleView(call, changed) };
  },
};
