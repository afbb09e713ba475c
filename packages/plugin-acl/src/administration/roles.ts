import {
  createToken,
  type NetPlanEntry,
  type OverrideRecord,
  type OverrideSubject,
  type RoleBook,
  type RoleRecord,
  type Token,
} from '@sidetone/core';
import type { AppliedTemplate, TemplateName, TreeOfChannels } from '../template/apply-template.js';
import type { AssignOptions } from './assignment-commands.js';
import type { GroupChange, GroupOptions } from './group-commands.js';
import type { OverrideDraft } from './override-commands.js';
import type { RoleChanges, RoleDraft } from './role-commands.js';

/**
 * Roles, who has them, and what is different at channels, in the hands of the program and its
 * administrators. What is changed here holds at once, for sessions that are connected as well, and
 * is in the audit log. There from `onReady` on.
 *
 * Several servers on one database do not hear of each other's changes: one that finds a record
 * changed answers VERSION_CONFLICT or ALREADY_EXISTS, and has all roles of that organization as
 * they are from then on.
 */
export interface Roles {
  /** By id. Its methods reject with `WireError` NOT_FOUND where there is none. */
  organization(organizationId: string): OrganizationRoleApi;
}

export const Roles: Token<Roles> = createToken('Roles');

/**
 * Roles of one organization. Changes reject with `WireError`: INVALID_PARAMS, NOT_FOUND,
 * ALREADY_EXISTS, LIMIT_EXCEEDED, VERSION_CONFLICT, UNAVAILABLE, and ACCESS_DENIED for what would
 * leave an organization that has an administrator without one.
 */
export interface OrganizationRoleApi {
  /** The same under another name in the audit log. Default `program`. */
  as(actorName: string): OrganizationRoleApi;
  /** Everything, roles with the highest rank first. */
  list(): Promise<RoleBook>;
  /** By id, or by name. */
  find(idOrName: string): Promise<RoleRecord | null>;
  /** At most 256 an organization. */
  createRole(draft: RoleDraft): Promise<RoleRecord>;
  updateRole(roleId: string, changes: RoleChanges): Promise<RoleRecord>;
  /** With its assignments and the overrides about it. */
  deleteRole(roleId: string): Promise<void>;
  /**
   * Idempotent. Who has an account and is no member becomes one; guests have none. At most 64 roles
   * a user.
   */
  assign(roleId: string, userId: string, options?: AssignOptions): Promise<void>;
  /** Idempotent. */
  unassign(roleId: string, userId: string): Promise<void>;
  /** In place of the one for the same subject at the channel; at most 512 a channel. */
  setOverride(draft: OverrideDraft): Promise<OverrideRecord>;
  removeOverride(channelId: string, subject: OverrideSubject): Promise<void>;
  /** Idempotent. A sealed channel takes no overrides from above. */
  setSealed(channelId: string, sealed: boolean): Promise<void>;
  /** At most 64 nets. */
  setNetPlan(
    roleId: string,
    nets: readonly NetPlanEntry[],
    options?: { readonly version?: number },
  ): Promise<RoleRecord>;
  /**
   * All that a user has of the roles that are set from outside, by name: they get what is missing
   * and lose the rest, at once. ACCESS_DENIED for a role that is not set from outside.
   */
  setGroups(userId: string, roles: readonly string[], options?: GroupOptions): Promise<GroupChange>;
  /**
   * Makes what is missing of a template, and changes nothing that is there. `channels`, those of
   * this organization in the program's API, for a template that has channels.
   */
  applyTemplate(name: TemplateName, channels?: TreeOfChannels): Promise<AppliedTemplate>;
  /** Ids of the users whom a role that they were given makes administrators. */
  administrators(): Promise<ReadonlySet<string>>;
}
