import type { OverrideRecord, OverrideSubject, RoleBook, RoleRecord } from '@sidetone/core';
import type { OrderOfEvaluation, OverridePart } from './order-of-evaluation.js';
import { PermissionBits, type PermissionSet } from './permission-set.js';
import type { SubjectFacts } from './subject-facts.js';

export interface IndexedRole {
  readonly record: RoleRecord;
  readonly set: PermissionSet;
}

export interface IndexedPart extends OverridePart {
  readonly set: PermissionSet;
}

/** Roles that are held, by id. */
export type HeldRoles = ReadonlyMap<string, IndexedRole>;

interface IndexedOverride {
  readonly record: OverrideRecord;
  readonly allow: PermissionSet;
  readonly deny: PermissionSet;
}

/** A book as evaluation reads it: found by what is asked, and every permission a bit. */
export class RoleIndex {
  readonly bits: PermissionBits = new PermissionBits();
  readonly order: OrderOfEvaluation;
  readonly #roles = new Map<string, IndexedRole>();
  readonly #assigned = new Map<string, Set<string>>();
  /** The same by role. */
  readonly #holders = new Map<string, Set<string>>();
  readonly #overrides = new Map<string, Map<string, IndexedOverride>>();
  readonly #sealed: Set<string>;
  /** Ids of roles that are held in channels that were joined. */
  readonly #inChannel = new Set<string>();
  /** Sorted as they decide. Emptied where a rank may have changed. */
  readonly #parts = new Map<string, readonly IndexedPart[]>();

  constructor(book: RoleBook, order: OrderOfEvaluation) {
    this.order = order;
    this.#sealed = new Set(book.sealedChannels);
    for (const role of book.roles) this.putRole(role);
    for (const { roleId, userId } of book.assignments) this.assign(roleId, userId);
    for (const override of book.overrides) this.putOverride(override);
  }

  role(roleId: string): IndexedRole | undefined {
    return this.#roles.get(roleId);
  }

  get hasInChannelRole(): boolean {
    return this.#inChannel.size > 0;
  }

  *roles(): Iterable<RoleRecord> {
    for (const { record } of this.#roles.values()) yield record;
  }

  assigned(userId: string): ReadonlySet<string> {
    return this.#assigned.get(userId) ?? new Set();
  }

  /** Ids of the users whom the role is assigned to. */
  holders(roleId: string): ReadonlySet<string> {
    return this.#holders.get(roleId) ?? new Set();
  }

  *assignments(): Iterable<{ readonly roleId: string; readonly userId: string }> {
    for (const [userId, roleIds] of this.#assigned) {
      for (const roleId of roleIds) yield { roleId, userId };
    }
  }

  override(channelId: string, subject: OverrideSubject): OverrideRecord | undefined {
    return this.#overrides.get(channelId)?.get(keyOf(subject))?.record;
  }

  *overrides(): Iterable<OverrideRecord> {
    for (const channelId of this.#overrides.keys()) yield* this.overridesAt(channelId);
  }

  *overridesAt(channelId: string): Iterable<OverrideRecord> {
    for (const { record } of this.#overrides.get(channelId)?.values() ?? []) yield record;
  }

  sealedChannels(): ReadonlySet<string> {
    return this.#sealed;
  }

  holds({ record }: IndexedRole, facts: SubjectFacts, joined: boolean): boolean {
    const assigned = this.#assigned.get(facts.userId)?.has(record.id) ?? false;
    return this.order.holds(record, facts, { assigned, joined });
  }

  /** `joined`: at a channel that they have joined. */
  heldRoles(facts: SubjectFacts, joined: boolean): HeldRoles {
    const held = [...this.#roles].filter(([, role]) => this.holds(role, facts, joined));
    return new Map(held);
  }

  /** What the overrides at a channel do, the one that decides last. */
  partsAt(channelId: string): readonly IndexedPart[] {
    const overrides = this.#overrides.get(channelId);
    if (overrides === undefined) return [];
    let parts = this.#parts.get(channelId);
    if (parts === undefined) {
      parts = [...overrides.values()]
        .flatMap((override) => this.#partsOf(override))
        .sort((one, other) => this.order.compare(one, other));
      this.#parts.set(channelId, parts);
    }
    return parts;
  }

  putRole(record: RoleRecord): void {
    this.#roles.set(record.id, { record, set: this.bits.setOf(grantable(record.permissions)) });
    if (record.implicit === 'inChannel') this.#inChannel.add(record.id);
    else this.#inChannel.delete(record.id);
    this.#parts.clear();
  }

  deleteRole(roleId: string): void {
    this.#roles.delete(roleId);
    this.#inChannel.delete(roleId);
    for (const userId of this.holders(roleId)) this.#assigned.get(userId)?.delete(roleId);
    this.#holders.delete(roleId);
    this.#deleteOverridesAbout({ kind: 'role', id: roleId });
  }

  assign(roleId: string, userId: string): void {
    addTo(this.#assigned, userId, roleId);
    addTo(this.#holders, roleId, userId);
  }

  unassign(roleId: string, userId: string): void {
    this.#assigned.get(userId)?.delete(roleId);
    this.#holders.get(roleId)?.delete(userId);
  }

  deleteUser(userId: string): void {
    for (const roleId of this.assigned(userId)) this.#holders.get(roleId)?.delete(userId);
    this.#assigned.delete(userId);
    this.#deleteOverridesAbout({ kind: 'user', id: userId });
  }

  putOverride(record: OverrideRecord): void {
    const { channelId, subject } = record;
    const deny = grantable(record.deny);
    const allow = grantable(record.allow).filter((name) => !deny.includes(name));
    const indexed = { record, allow: this.bits.setOf(allow), deny: this.bits.setOf(deny) };
    const overrides = this.#overrides.get(channelId);
    if (overrides) overrides.set(keyOf(subject), indexed);
    else this.#overrides.set(channelId, new Map([[keyOf(subject), indexed]]));
    this.#parts.delete(channelId);
  }

  deleteOverride(channelId: string, subject: OverrideSubject): void {
    this.#overrides.get(channelId)?.delete(keyOf(subject));
    this.#parts.delete(channelId);
  }

  setSealed(channelId: string, sealed: boolean): void {
    if (sealed) this.#sealed.add(channelId);
    else this.#sealed.delete(channelId);
  }

  deleteChannel(channelId: string): void {
    this.#overrides.delete(channelId);
    this.#parts.delete(channelId);
    this.#sealed.delete(channelId);
  }

  #partsOf({ record: override, allow, deny }: IndexedOverride): readonly IndexedPart[] {
    const { kind, id } = override.subject;
    const rank = kind === 'role' ? (this.#roles.get(id)?.record.rank ?? 0) : 0;
    return [
      { effect: 'allow', override, rank, set: allow },
      { effect: 'deny', override, rank, set: deny },
    ];
  }

  #deleteOverridesAbout(subject: OverrideSubject): void {
    for (const channelId of this.#overrides.keys()) this.deleteOverride(channelId, subject);
  }
}

/** ADMINISTER is had at the organization or not at all: it is no bit among the others. */
function grantable(names: readonly string[]): readonly string[] {
  return names.filter((name) => name !== 'ADMINISTER');
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function keyOf({ kind, id }: OverrideSubject): string {
  return `${kind} ${id}`;
}
