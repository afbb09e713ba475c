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
  /** What could be changed; absent where it is no rule of anybody's making, or not to be named. */
  readonly rules?: readonly AccessRule[];
}

/**
 * A rule that somebody has made, by the ids under which it can be changed, and what it does to
 * `permission`. Without a `role`, the role has the permission no more; without an `override`, the
 * override neither allows nor denies it; without a `seal`, the channel takes overrides from above;
 * without a `rank`, the role ranks 0; without an `administrator`, the user administers no server.
 */
export interface AccessRule {
  readonly kind: 'role' | 'override' | 'seal' | 'rank' | 'administrator';
  /** The one asked about, or one that it depends on: `VIEW`, `ADMINISTER`. */
  readonly permission: PermissionName;
  readonly roleId?: string;
  readonly userId?: string;
  /** Where it stands; absent: at the organization. */
  readonly channelId?: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /**
   * The chain that decided, at least one. The first is decisive. Where it has rules, the answer is
   * the other one without all of them, and the same as long as one of them is left: several stand
   * there where each would do alone. Where it has none, nothing that could be taken away would change
   * the answer, or what would is not to be named to who asks.
   */
  readonly because: readonly AccessReason[];
}

/** What `AccessPolicy.load` returns; opaque to core. Synchronous from here on. */
export interface SubjectAccess {
  allows(permission: PermissionName, scope: AccessScope): boolean;
  /**
   * Made by the evaluation itself: never another answer than `allows`. Channels that `asker` may not
   * view are not named. Default: whom it is about asks; the embedding program may name everything
   * and passes `{ allows: () => true }`.
   */
  explain(
    permission: PermissionName,
    scope: AccessScope,
    asker?: Pick<SubjectAccess, 'allows'>,
  ): AccessDecision;
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
 * a session decides whether that participant is seen; members of one net see each other unasked.
 * Where channels hang and who is in them the policy reads from `Directory`, which is as current as
 * the question. Core asks again by itself after a channel has moved (about what hangs below it), and
 * after a join or a leave: the one who moved about that channel and those below it and about its
 * members, all others about the one who moved. To join a channel must hide nobody from others, and
 * to leave one must show nobody to them. Whatever else an answer hangs on fires `onChange`.
 *
 * A text of a reason names no channel and no user but those of its `rules`.
 *
 * MUTE, DEAFEN, MOVE, KICK and BAN are asked with the session that they are used on; nobody needs
 * them for themselves.
 */
export interface AccessPolicy {
  /** May be called for any number of subjects; what it returns is for one of them. */
  load(subject: AccessSubject): Promise<SubjectAccess>;
  /** Those beyond version 1 that it knows of, `area.name`: clients are told which they hold. */
  permissions?(): Iterable<PermissionName>;
  /** Returns a function that ends the subscription. */
  onChange(listener: (change: AccessChange) => void): () => void;
}

export const AccessPolicy: Token<AccessPolicy> = createToken('AccessPolicy');
