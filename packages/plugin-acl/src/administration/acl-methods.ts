import type { ImplicitRole, OverrideSubject } from '@sidetone/core';
import type { NetView, OverrideView, RoleSummary, RoleView } from './role-view.js';

type Nothing = Record<string, never>;

/** A fresh UUID: a request that is repeated with the same one is carried out once. */
interface Keyed {
  key?: string;
}

/**
 * The control methods that `acl()` adds. An app tells the client SDK of them once, and its calls are
 * typed:
 *
 * ```ts
 * declare module '@sidetone/client-sdk' {
 *   interface PluginMethods extends AclMethods {}
 * }
 * ```
 *
 * Those that change something answer ACCESS_DENIED, NOT_FOUND (also for a channel that is hidden),
 * INVALID_PARAMS, ALREADY_EXISTS, LIMIT_EXCEEDED and VERSION_CONFLICT. `version`, where it is given,
 * is the one that the caller has read: another one is a VERSION_CONFLICT.
 */
export interface AclMethods {
  /**
   * Highest rank first. Who has `MANAGE_ROLES` at the organization sees all roles with all there is
   * to them; others the names and ranks of those that they have. `user`: only the roles that this
   * user was given.
   */
  'role.list': {
    params: { user?: string };
    result: { roles: readonly (RoleSummary | RoleView)[] };
  };
  /** Who was given the role, in the order of ids, a page at a time. Needs `MANAGE_ROLES`. */
  'role.holders': {
    params: { role: string; after?: string };
    result: { holders: readonly { id: string; name: string }[]; more: boolean };
  };
  /** Needs `MANAGE_ROLES` at the channel. */
  'role.overrides': {
    params: { channel: string };
    result: { sealed: boolean; overrides: readonly OverrideView[] };
  };
  'role.create': {
    params: Keyed & { name: string; rank: number; permissions?: string[]; implicit?: ImplicitRole };
    result: { role: RoleView };
  };
  'role.update': {
    params: Keyed & {
      role: string;
      name?: string;
      rank?: number;
      permissions?: string[];
      version?: number;
    };
    result: { role: RoleView };
  };
  /** With its assignments and the overrides about it. */
  'role.delete': { params: Keyed & { role: string }; result: Nothing };
  /** Who is no member yet becomes one, for which the caller needs `MANAGE_MEMBERS`. */
  'role.assign': { params: Keyed & { role: string; user: string }; result: Nothing };
  'role.unassign': { params: Keyed & { role: string; user: string }; result: Nothing };
  /** In place of the one that there is for this role or user at the channel. */
  'role.setOverride': {
    params: Keyed & {
      channel: string;
      subject: OverrideSubject;
      allow: string[];
      deny: string[];
      here: boolean;
      below: boolean;
      version?: number;
    };
    result: { override: OverrideView };
  };
  'role.removeOverride': {
    params: Keyed & { channel: string; subject: OverrideSubject };
    result: Nothing;
  };
  /** A sealed channel takes no overrides from above. */
  'role.seal': { params: Keyed & { channel: string; sealed: boolean }; result: Nothing };
  /** In place of the nets of the role; those at channels that are hidden from the caller stay. */
  'role.setNetPlan': {
    params: Keyed & { role: string; nets: NetView[]; version?: number };
    result: { role: RoleView };
  };
  /** The nets of the caller, from all the roles they have. `netPlanChanged` tells of another one. */
  'netPlan.get': { params: Nothing; result: { nets: readonly NetView[] } };
}

export type AclMethodName = keyof AclMethods;
export type AclParams<M extends AclMethodName> = AclMethods[M]['params'];
export type AclResult<M extends AclMethodName> = AclMethods[M]['result'];

/** Events that `acl()` adds; the client SDK gives them to `notification`. */
export interface AclEvents {
  /** To who may manage roles: something about roles is another than before. */
  rolesChanged: Nothing;
  /** To who has asked for a net plan: `netPlan.get` would give another one now. */
  netPlanChanged: Nothing;
}
