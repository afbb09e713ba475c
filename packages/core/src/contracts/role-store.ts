import { createToken, type Token } from '../token.js';
import type { Portable, Versioned } from './stored-record.js';

/** Who has a role without being given it. */
export type ImplicitRole = 'everyone' | 'authenticated' | 'guest' | 'inChannel';

/** One net as those who have a role use it, unless they choose otherwise. */
export interface NetPlanEntry {
  readonly channelId: string;
  readonly listen: boolean;
  /** In the set that the master key talks to. */
  readonly selected: boolean;
  /** Whether a talk key is offered. */
  readonly talk: boolean;
  /** 1 to 8, the key that talks here; `null`: none. */
  readonly slot: number | null;
  /** 0 to 100. */
  readonly level: number;
  /** -1 left, 0 centre, 1 right. */
  readonly pan: -1 | 0 | 1;
}

/** A named set of permissions of one organization. */
export interface RoleRecord extends Versioned {
  readonly id: string;
  readonly organizationId: string;
  /** Unique within the organization. */
  readonly name: string;
  /** 0 to 65,535; a higher one stands above. Nobody manages a role at or above their own. */
  readonly rank: number;
  /** Names of permissions, those of plugins included; at most 256. */
  readonly permissions: readonly string[];
  /** `null`: held by who it was given to. At most one role of each kind an organization. */
  readonly implicit: ImplicitRole | null;
  /** Nets that its holders are given, in the order in which they are shown; at most 64. */
  readonly netPlan: readonly NetPlanEntry[];
}

export interface RoleAssignment {
  readonly organizationId: string;
  readonly roleId: string;
  readonly userId: string;
}

/** Whom an override is about. */
export interface OverrideSubject {
  readonly kind: 'role' | 'user';
  readonly id: string;
}

/** What a role or user may or may not do at a channel, against what would hold there otherwise. */
export interface OverrideRecord extends Versioned {
  readonly organizationId: string;
  readonly channelId: string;
  readonly subject: OverrideSubject;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Holds at the channel itself. */
  readonly here: boolean;
  /** Holds in all channels below it. */
  readonly below: boolean;
}

/** All that decides on permissions in one organization, in no order. */
export interface RoleBook {
  readonly roles: readonly RoleRecord[];
  readonly assignments: readonly RoleAssignment[];
  readonly overrides: readonly OverrideRecord[];
  /** Ids of channels that take no overrides from above. */
  readonly sealedChannels: readonly string[];
}

/**
 * Keeps roles, who has them, and what is different at channels. Exports `role`, `roleAssignment`,
 * `override` and `sealedChannel`.
 */
export interface RoleStore extends Portable {
  load(organizationId: string): Promise<RoleBook>;
  /**
   * `ERR_STORE_CONFLICT` for a taken name, or a second role of an implicit kind;
   * `ERR_STORE_REFERENCE` for an unknown organization.
   */
  putRole(record: RoleRecord): Promise<number>;
  /** With its assignments and the overrides about it. */
  deleteRole(organizationId: string, roleId: string): Promise<void>;
  /** Idempotent. `ERR_STORE_REFERENCE` for a role or member that the organization does not have. */
  assign(assignment: RoleAssignment): Promise<void>;
  unassign(assignment: RoleAssignment): Promise<void>;
  /** `ERR_STORE_REFERENCE` for a channel, role or member that the organization does not have. */
  putOverride(record: OverrideRecord): Promise<number>;
  deleteOverride(
    organizationId: string,
    channelId: string,
    subject: OverrideSubject,
  ): Promise<void>;
  /**
   * A sealed channel takes no overrides from above. Idempotent. `ERR_STORE_REFERENCE` for sealing a
   * channel that the organization does not have.
   */
  setSealed(organizationId: string, channelId: string, sealed: boolean): Promise<void>;
}

export const RoleStore: Token<RoleStore> = createToken('RoleStore');
