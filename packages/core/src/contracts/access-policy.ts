import type { Permission } from '@sidetone/protocol';
import { createToken, type Token } from '../token.js';
import type { Identity } from './authenticator.js';

/** A permission of version 1, or one that a plugin has declared, `area.name`. */
export type PermissionName = Permission | `${string}.${string}`;

/** Whom the policy is asked about. */
export interface AccessSubject {
  /** `null`: a user who need not be there now. Not a member of any channel then. */
  readonly sessionId: string | null;
  readonly organizationId: string;
  readonly identity: Identity;
}

/** Where: a channel, another participant's session, both, or (both absent) the organization. */
export interface AccessScope {
  readonly channelId?: string;
  readonly sessionId?: string;
}

/** One thing that spoke for or against it. */
export interface AccessReason {
  /** For people, for instance `role "Guest" is denied JOIN at "Command"`. */
  readonly text: string;
  readonly effect: 'allow' | 'deny';
  /** What could be changed; absent where it is no rule of anybody's making. */
  readonly rule?: AccessRule;
}

/** A rule that somebody has made, by the ids under which it can be changed. */
export interface AccessRule {
  readonly kind: 'role' | 'override' | 'seal' | 'rank' | 'administrator';
  readonly roleId?: string;
  readonly userId?: string;
  /** Where it stands; absent: at the organization. */
  readonly channelId?: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** The chain that decided, at least one. The first is decisive: without it the answer is the other. */
  readonly because: readonly AccessReason[];
}

/** What `AccessPolicy.load` returns; opaque to core. Synchronous from here on. */
export interface SubjectAccess {
  allows(permission: PermissionName, scope: AccessScope): boolean;
  /** Made by the evaluation itself: never another answer than `allows`. */
  explain(permission: PermissionName, scope: AccessScope): AccessDecision;
}

/** What changed; without fields, everything. */
export interface AccessChange {
  readonly organizationId?: string;
  readonly userId?: string;
  /** With all below it. */
  readonly channelId?: string;
}

/**
 * Decides who may do what. `load` is called once per session, before it becomes active; everything
 * after it is synchronous, because it is asked again in the turn that commits a command and when
 * routes are compiled. After `onChange` fires core asks again and acts on live sessions at once:
 * lost VIEW, JOIN, LISTEN or SPEAK takes effect in the same turn.
 *
 * `VIEW` on a channel decides visibility: what a session may not view, it never learns of. `VIEW` on
 * a session decides whether that participant is seen. Where channels hang and who is in them the
 * policy reads from `Directory`, which is as current as the question; core asks again by itself
 * after the tree or a membership has changed.
 *
 * MUTE, DEAFEN, MOVE, KICK and BAN are asked with the session that they are used on; nobody needs
 * them for themselves.
 */
export interface AccessPolicy {
  /** May be called for any number of subjects; what it returns is for one of them. */
  load(subject: AccessSubject): Promise<SubjectAccess>;
  /** Returns a function that ends the subscription. */
  onChange(listener: (change: AccessChange) => void): () => void;
}

export const AccessPolicy: Token<AccessPolicy> = createToken('AccessPolicy');
