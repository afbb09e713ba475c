import type { Permission } from '@sidetone/protocol';
import { createToken, type Token } from '../token.js';
import type { Identity } from './authenticator.js';

/** Whom the policy is asked about. */
export interface AccessSubject {
  readonly sessionId: string;
  readonly organizationId: string;
  readonly identity: Identity;
}

/** Where: a channel, another participant's session, or (both absent) the organization. */
export interface AccessScope {
  readonly channelId?: string;
  readonly sessionId?: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** The rules that decided, most decisive first, in words for people. */
  readonly because: readonly string[];
}

/** What `AccessPolicy.load` returns; opaque to core. Synchronous from here on. */
export interface SubjectAccess {
  allows(permission: Permission, scope: AccessScope): boolean;
  explain(permission: Permission, scope: AccessScope): AccessDecision;
}

/** What changed; without fields, everything. */
export interface AccessChange {
  readonly organizationId?: string;
  readonly userId?: string;
  readonly channelId?: string;
}

/**
 * Decides who may do what. `load` is called once per session, before it becomes active; everything
 * after it is synchronous, because it is asked again in the turn that commits a command and when
 * routes are compiled. After `onChange` fires core asks again and acts on live sessions at once:
 * lost VIEW, LISTEN or SPEAK takes effect in the same turn.
 *
 * `VIEW` on a channel decides visibility: what a session may not view, it never learns of.
 */
export interface AccessPolicy {
  load(subject: AccessSubject): Promise<SubjectAccess>;
  /** Returns a function that ends the subscription. */
  onChange(listener: (change: AccessChange) => void): () => void;
}

export const AccessPolicy: Token<AccessPolicy> = createToken('AccessPolicy');
