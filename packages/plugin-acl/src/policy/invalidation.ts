import type { AccessChange, Directory, OverrideRecord, TreeChange } from '@sidetone/core';
import { isAdministering } from '../evaluation/order-of-evaluation.js';
import { isSameSet } from '../evaluation/permission-set.js';
import type { IndexedRole, RoleIndex } from '../evaluation/role-index.js';
import type { BookChange } from './book-change.js';
import type { ChannelIds, CompiledSubject } from './compiled-subject.js';
import { regionBelow } from './region.js';

export interface InvalidationParts {
  readonly organizationId: string;
  readonly directory: Directory;
  readonly index: RoleIndex;
  readonly subjects: Iterable<CompiledSubject>;
}

/** With so many users concerned, core is told once for all. */
const TOLD_ONE_BY_ONE = 8;

/** Where a subject has a role: at the organization, in channels that were joined, or not at all. */
type Holding = 'everywhere' | 'inside' | 'nowhere';

type OverrideChange = Extract<BookChange, { kind: 'overrideChanged' | 'overrideRemoved' }>;

/** Makes changes in the index, and lets go of exactly what was worked out from what is changed. */
export class Invalidation {
  readonly #parts: InvalidationParts;

  constructor(parts: InvalidationParts) {
    this.#parts = parts;
  }

  /** Whose rights may be others now, and where. */
  apply(change: BookChange): readonly AccessChange[] {
    const { index } = this.#parts;
    switch (change.kind) {
      case 'roleChanged':
        return this.#changeRole(change.role.id, () => index.putRole(change.role));
      case 'roleRemoved':
        return this.#changeRole(change.roleId, () => index.deleteRole(change.roleId));
      case 'assigned':
        return this.#changeHolding(change.roleId, () => index.assign(change.roleId, change.userId));
      case 'unassigned':
        return this.#changeHolding(change.roleId, () =>
          index.unassign(change.roleId, change.userId),
        );
      case 'overrideChanged':
      case 'overrideRemoved':
        return this.#changeOverride(change);
      case 'sealed':
        return this.#changeSeal(change.channelId, change.sealed);
      case 'memberRemoved':
        return this.#removeMember(change.userId);
    }
  }

  treeChanged({ kind, channelId }: TreeChange): void {
    const { index } = this.#parts;
    if (kind === 'added' || (kind === 'moved' && index.sealedChannels().has(channelId))) return;
    const region = kind === 'removed' ? new Set([channelId]) : this.#regionBelow(channelId);
    for (const subject of this.#parts.subjects) subject.forget(region);
    if (kind === 'removed') index.deleteChannel(channelId);
  }

  #changeRole(roleId: string, change: () => void): readonly AccessChange[] {
    const { index } = this.#parts;
    const before = index.role(roleId);
    const held = this.#holdings(before);
    change();
    const after = index.role(roleId);
    const holds = this.#holdings(after);
    const isSame = before !== undefined && after !== undefined && givesSame(before, after);
    const isMoved = before?.record.rank !== after?.record.rank;
    const region = isSame && isMoved ? this.#regionOfOverridesAbout(roleId) : new Set<string>();
    const concerned = [...this.#parts.subjects].filter((subject) => {
      const was = held.get(subject) ?? 'nowhere';
      const is = holds.get(subject) ?? 'nowhere';
      if (was === is && (is === 'nowhere' || (isSame && !isMoved))) return false;
      subject.forgetRoles();
      const inside = was !== 'everywhere' && is !== 'everywhere';
      forget(subject, inside, was === is && isSame ? region : null);
      return true;
    });
    return this.#scopes(concerned);
  }

  #changeHolding(roleId: string, change: () => void): readonly AccessChange[] {
    const role = this.#parts.index.role(roleId);
    const held = this.#holdings(role);
    change();
    const holds = this.#holdings(role);
    const concerned = [...this.#parts.subjects].filter(
      (subject) => held.get(subject) !== holds.get(subject),
    );
    for (const subject of concerned) {
      subject.forgetRoles();
      subject.forgetAll();
    }
    return this.#scopes(concerned);
  }

  #changeOverride(change: OverrideChange): readonly AccessChange[] {
    const { index } = this.#parts;
    const { channelId, subject: about } =
      change.kind === 'overrideChanged' ? change.override : change;
    const before = index.override(channelId, about);
    if (change.kind === 'overrideChanged') index.putOverride(change.override);
    else index.deleteOverride(channelId, about);
    const after = index.override(channelId, about);
    if (saysSame(before, after)) return [];
    const region = this.#reach(channelId, [before, after]);
    const role = about.kind === 'role' ? index.role(about.id) : undefined;
    const concerned = [...this.#parts.subjects].filter((subject) => {
      const holding =
        about.kind === 'user' ? isUser(subject, about.id) : holdingOf(index, role, subject);
      if (holding === 'nowhere') return false;
      forget(subject, holding === 'inside', region);
      return true;
    });
    return this.#scopes(concerned, channelId);
  }

  #changeSeal(channelId: string, sealed: boolean): readonly AccessChange[] {
    const { index } = this.#parts;
    if (index.sealedChannels().has(channelId) === sealed) return [];
    index.setSealed(channelId, sealed);
    const region = this.#regionBelow(channelId);
    const concerned = [...this.#parts.subjects];
    for (const subject of concerned) subject.forget(region);
    return this.#scopes(concerned, channelId);
  }

  #removeMember(userId: string): readonly AccessChange[] {
    this.#parts.index.deleteUser(userId);
    const concerned = [...this.#parts.subjects].filter(({ facts }) => facts.userId === userId);
    for (const subject of concerned) {
      subject.forgetRoles();
      subject.forgetAll();
    }
    return this.#scopes(concerned);
  }

  #holdings(role: IndexedRole | undefined): ReadonlyMap<CompiledSubject, Holding> {
    const { index, subjects } = this.#parts;
    return new Map(Array.from(subjects, (subject) => [subject, holdingOf(index, role, subject)]));
  }

  #regionBelow(channelId: string): Set<string> {
    const { organizationId, directory, index } = this.#parts;
    return regionBelow(directory, { organizationId, channelId }, index.sealedChannels());
  }

  #regionOfOverridesAbout(roleId: string): ReadonlySet<string> {
    const region = new Set<string>();
    for (const override of this.#parts.index.overrides()) {
      const { kind, id } = override.subject;
      if (kind !== 'role' || id !== roleId) continue;
      for (const each of this.#reach(override.channelId, [override])) region.add(each);
    }
    return region;
  }

  /** Where any of these overrides of one channel holds. */
  #reach(
    channelId: string,
    overrides: readonly (OverrideRecord | undefined)[],
  ): ReadonlySet<string> {
    const region = overrides.some((override) => override?.below)
      ? this.#regionBelow(channelId)
      : new Set<string>();
    if (overrides.some((override) => override?.here)) region.add(channelId);
    else region.delete(channelId);
    return region;
  }

  #scopes(concerned: readonly CompiledSubject[], channelId?: string): readonly AccessChange[] {
    const { organizationId } = this.#parts;
    const scope = { organizationId, ...(channelId === undefined ? {} : { channelId }) };
    const userIds = new Set(concerned.map(({ facts }) => facts.userId));
    if (userIds.size > TOLD_ONE_BY_ONE) return [scope];
    return Array.from(userIds, (userId) => ({ ...scope, userId }));
  }
}

function holdingOf(
  index: RoleIndex,
  role: IndexedRole | undefined,
  { facts }: CompiledSubject,
): Holding {
  if (role === undefined || !index.holds(role, facts, true)) return 'nowhere';
  return index.holds(role, facts, false) ? 'everywhere' : 'inside';
}

function isUser({ facts }: CompiledSubject, userId: string): Holding {
  return facts.userId === userId ? 'everywhere' : 'nowhere';
}

function forget(subject: CompiledSubject, inside: boolean, channelIds: ChannelIds): void {
  if (inside) subject.forgetInside(channelIds);
  else if (channelIds === null) subject.forgetAll();
  else subject.forget(channelIds);
}

function givesSame(one: IndexedRole, other: IndexedRole): boolean {
  return (
    isSameSet(one.set, other.set) && isAdministering(one.record) === isAdministering(other.record)
  );
}

function saysSame(one: OverrideRecord | undefined, other: OverrideRecord | undefined): boolean {
  const text = (override: OverrideRecord | undefined): string =>
    JSON.stringify([
      [...(override?.allow ?? [])].sort(),
      [...(override?.deny ?? [])].sort(),
      override?.here ?? false,
      override?.below ?? false,
    ]);
  return text(one) === text(other);
}
