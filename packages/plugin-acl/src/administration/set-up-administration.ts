import {
  AccountStore,
  AuditLog,
  Clock,
  Directory,
  MemberRoles,
  MemberStore,
  RoleStore,
  type PluginContext,
  type Token,
} from '@sidetone/core';
import { Type } from 'typebox';
import { PlanWatch } from '../net-plan/plan-watch.js';
import type { PermissionCatalog } from '../policy/permission-catalog.js';
import type { RoleBooks } from '../policy/role-books.js';
import { makeFirstRoles } from '../template/first-roles.js';
import { openCall } from './acl-call.js';
import { aclHandlers } from './acl-handlers.js';
import type { AclMethodName, AclParams } from './acl-methods.js';
import { aclSchemas } from './acl-schemas.js';
import { ChangeWatch } from './change-watch.js';
import { LiveMemberRoles } from './live-member-roles.js';
import { createRoles } from './organization-role-api.js';
import { RoleDesks } from './role-desks.js';
import { netView } from './role-view.js';
import { Roles } from './roles.js';

interface Administered {
  readonly books: RoleBooks;
  /** Throws before the server is ready. */
  readonly catalog: () => PermissionCatalog;
}

/** What the plugin has to require, and to provide, for {@link setUpAdministration}. */
export const requiredTokens: readonly Token<unknown>[] = [
  AccountStore,
  AuditLog,
  Clock,
  MemberStore,
  RoleStore,
];
export const providedTokens: readonly Token<unknown>[] = [MemberRoles, Roles];

/** Adds everything by which roles are changed; called in `setup`. */
export function setUpAdministration(
  context: PluginContext,
  { books, catalog }: Administered,
): void {
  const directory = (): Directory => context.get(Directory);
  const plans = new PlanWatch({
    books,
    directory,
    netPlanChanged: context.event('netPlanChanged', Type.Object({})),
  });
  const stores = {
    clock: context.get(Clock),
    auditLog: context.get(AuditLog),
    store: context.get(RoleStore),
  };
  const desks = new RoleDesks({
    ...stores,
    accounts: context.get(AccountStore),
    members: context.get(MemberStore),
    books,
    catalog,
    directory,
    changed: (organizationId) => watch.changed(organizationId),
  });
  const rolesChanged = context.event('rolesChanged', Type.Object({}));
  const watch = new ChangeWatch({ desks, plans, rolesChanged });
  books.prepare((roles) => makeFirstRoles(roles, stores));
  context.provide(Roles, () => createRoles(desks));
  context.provide(MemberRoles, () => new LiveMemberRoles(desks));
  addMethods(context, desks, plans);
  followPlans(context, plans);
}

function addMethods(context: PluginContext, desks: RoleDesks, plans: PlanWatch): void {
  for (const name of Object.keys(aclHandlers) as Exclude<AclMethodName, 'netPlan.get'>[]) {
    const handler = aclHandlers[name] as (call: object, params: unknown) => object;
    context.method(name, aclSchemas[name], async (params, caller) =>
      handler(await openCall(caller, desks), params as AclParams<typeof name>),
    );
  }
  context.method('netPlan.get', aclSchemas['netPlan.get'], async (_params, caller) => {
    const { session, roles } = await openCall(caller, desks);
    return { nets: plans.tell(session, roles).map(netView) };
  });
}

/** Channels that come, go and move change plans, too. */
function followPlans(context: PluginContext, plans: PlanWatch): void {
  let stop = (): void => {};
  context.onReady(() => {
    stop = context.get(Directory).onTreeChange(({ organizationId }) => {
      // Once the change is made: rights are asked about the tree as it is then.
      queueMicrotask(() => plans.changed(organizationId));
    });
  });
  context.observe('sessionClosed', ({ sessionId }) => plans.forget(sessionId));
  context.onClose(() => stop());
}
