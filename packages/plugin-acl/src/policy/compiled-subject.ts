import type { ChannelTree } from '../evaluation/order-of-evaluation.js';
import { hasBit, type PermissionSet } from '../evaluation/permission-set.js';
import { rankOf } from '../evaluation/rank.js';
import type { HeldRoles, RoleIndex } from '../evaluation/role-index.js';
import type { SubjectFacts } from '../evaluation/subject-facts.js';
import { compile } from '../evaluation/walk.js';

export interface CompiledSubjectParts {
  readonly facts: SubjectFacts;
  readonly index: RoleIndex;
  readonly tree: ChannelTree;
  /** Called for each set of permissions that is worked out. */
  readonly compiled: () => void;
}

/** Where what is kept of a subject is no longer true; `null`: everywhere. */
export type ChannelIds = ReadonlySet<string> | null;

/** What one subject may do, worked out when it is first asked for, and kept. */
export class CompiledSubject {
  readonly facts: SubjectFacts;
  readonly #parts: CompiledSubjectParts;
  readonly #outside = new Map<string, PermissionSet>();
  /** With the in-channel role. */
  readonly #inside = new Map<string, PermissionSet>();
  #organization: PermissionSet | null = null;
  readonly #held = new Map<boolean, HeldRoles>();
  #administrator: boolean | null = null;
  #rank: number | null = null;

  constructor(parts: CompiledSubjectParts) {
    this.#parts = parts;
    this.facts = parts.facts;
  }

  get administrator(): boolean {
    this.#administrator ??= this.#parts.index.order.isAdministrator(
      this.facts,
      Array.from(this.#heldRoles(false).values(), ({ record }) => record),
    );
    return this.#administrator;
  }

  get rank(): number {
    this.#rank ??= rankOf(this.#parts.index, this.facts);
    return this.#rank;
  }

  /** Whether roles and overrides give it, and no more. `joined`: the session is in the channel. */
  grants(permission: string, channelId: string | null, joined: boolean): boolean {
    const set = channelId === null ? this.#ofOrganization() : this.#ofChannel(channelId, joined);
    const bit = this.#parts.index.bits.find(permission);
    return bit !== undefined && hasBit(set, bit);
  }

  /** The roles that are held, or what they are, may be others than before. */
  forgetRoles(): void {
    this.#held.clear();
    this.#administrator = null;
    this.#rank = null;
  }

  forgetAll(): void {
    this.#organization = null;
    this.forget(null);
  }

  forget(channelIds: ChannelIds): void {
    drop(this.#outside, channelIds);
    this.forgetInside(channelIds);
  }

  /** Only what holds in channels that have been joined. */
  forgetInside(channelIds: ChannelIds): void {
    drop(this.#inside, channelIds);
  }

  #ofOrganization(): PermissionSet {
    this.#organization ??= this.#compile(null, false);
    return this.#organization;
  }

  #ofChannel(channelId: string, joined: boolean): PermissionSet {
    const inside = joined && this.#parts.index.hasInChannelRole;
    const kept = inside ? this.#inside : this.#outside;
    let set = kept.get(channelId);
    if (set === undefined) {
      set = this.#compile(channelId, inside);
      kept.set(channelId, set);
    }
    return set;
  }

  #compile(channelId: string | null, joined: boolean): PermissionSet {
    const { index, tree, compiled } = this.#parts;
    compiled();
    const held = this.#heldRoles(joined);
    return compile({ index, tree, userId: this.facts.userId, held, channelId });
  }

  #heldRoles(joined: boolean): HeldRoles {
    let held = this.#held.get(joined);
    if (held === undefined) {
      held = this.#parts.index.heldRoles(this.facts, joined);
      this.#held.set(joined, held);
    }
    return held;
  }
}

function drop(kept: Map<string, PermissionSet>, channelIds: ChannelIds): void {
  if (channelIds === null) return kept.clear();
  for (const channelId of channelIds) kept.delete(channelId);
}
