import {
  foldName,
  type AccessChange,
  type Directory,
  type OverrideRecord,
  type OverrideSubject,
  type RoleAssignment,
  type RoleBook,
  type RoleRecord,
  type TreeChange,
} from '@sidetone/core';
import { orderOfEvaluation, type OrderOfEvaluation } from '../evaluation/order-of-evaluation.js';
import { rankOf } from '../evaluation/rank.js';
import { RoleIndex } from '../evaluation/role-index.js';
import type { SubjectFacts } from '../evaluation/subject-facts.js';
import type { BookChange } from './book-change.js';
import { CompiledSubject } from './compiled-subject.js';
import { Invalidation } from './invalidation.js';
import { LiveSubjects } from './live-subjects.js';

export interface OrganizationRolesParts {
  readonly organizationId: string;
  readonly book: RoleBook;
  readonly directory: Directory;
  /** Called for each set of permissions that is worked out. */
  readonly compiled: () => void;
  readonly changed: (change: AccessChange) => void;
  /** Default the one of the docs. */
  readonly order?: OrderOfEvaluation;
}

/** The roles of one organization as they are now: in memory and synchronous. */
export class OrganizationRoles {
  readonly organizationId: string;
  readonly index: RoleIndex;
  readonly #parts: OrganizationRolesParts;
  readonly #subjects = new LiveSubjects();
  readonly #invalidation: Invalidation;

  constructor(parts: OrganizationRolesParts) {
    const { organizationId, book, directory, order = orderOfEvaluation } = parts;
    this.#parts = parts;
    this.organizationId = organizationId;
    this.index = new RoleIndex(book, order);
    this.#invalidation = new Invalidation({
      organizationId,
      directory,
      index: this.index,
      subjects: this.#subjects,
    });
  }

  roles(): Iterable<RoleRecord> {
    return this.index.roles();
  }

  role(roleId: string): RoleRecord | undefined {
    return this.index.role(roleId)?.record;
  }

  roleNamed(name: string): RoleRecord | undefined {
    const folded = foldName(name);
    return [...this.roles()].find((role) => foldName(role.name) === folded);
  }

  /** Ids of the users whom the role is assigned to. */
  holders(roleId: string): ReadonlySet<string> {
    return this.index.holders(roleId);
  }

  /** Ids of the roles that are assigned to the user. */
  assigned(userId: string): ReadonlySet<string> {
    return this.index.assigned(userId);
  }

  overridesAt(channelId: string): Iterable<OverrideRecord> {
    return this.index.overridesAt(channelId);
  }

  override(channelId: string, subject: OverrideSubject): OverrideRecord | undefined {
    return this.index.override(channelId, subject);
  }

  isSealed(channelId: string): boolean {
    return this.index.sealedChannels().has(channelId);
  }

  /** All of it as the store would load it. */
  book(): RoleBook {
    const { organizationId, index } = this;
    const assignments: RoleAssignment[] = [];
    for (const assignment of index.assignments())
      assignments.push({ organizationId, ...assignment });
    return {
      roles: [...index.roles()],
      assignments,
      overrides: [...index.overrides()],
      sealedChannels: [...index.sealedChannels()],
    };
  }

  /** Those that hold at the organization; not the in-channel role. */
  heldRoles(facts: SubjectFacts): readonly RoleRecord[] {
    return Array.from(this.index.heldRoles(facts, false).values(), ({ record }) => record);
  }

  /** 0 with no role; a server administrator stands above all, at infinity. */
  rankOf(facts: SubjectFacts): number {
    return rankOf(this.index, facts);
  }

  subject(facts: SubjectFacts): CompiledSubject {
    const { index } = this;
    const { directory: tree, compiled } = this.#parts;
    return this.#subjects.get(facts, () => new CompiledSubject({ facts, index, tree, compiled }));
  }

  /**
   * Takes over what the store has accepted. What is no longer true is forgotten, and core is told,
   * in this turn.
   */
  apply(change: BookChange): void {
    for (const scope of this.#invalidation.apply(change)) this.#parts.changed(scope);
  }

  /** Core asks again by itself after a change of the tree. */
  treeChanged(change: TreeChange): void {
    this.#invalidation.treeChanged(change);
  }
}
