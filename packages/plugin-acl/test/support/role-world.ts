import type {
  AccessChange,
  AccessSubject,
  Identity,
  OverrideRecord,
  RoleBook,
  RoleRecord,
} from '@sidetone/core';
import {
  orderOfEvaluation,
  type OrderOfEvaluation,
} from '../../src/evaluation/order-of-evaluation.js';
import { OrganizationRoles } from '../../src/policy/organization-roles.js';
import { SubjectRights } from '../../src/policy/subject-rights.js';
import { FakeDirectory } from './fake-directory.js';

export const ORGANIZATION = 'organization';

const EMPTY: RoleBook = { roles: [], assignments: [], overrides: [], sealedChannels: [] };

/** One organization with its roles, without a server around it. */
export class RoleWorld {
  readonly directory: FakeDirectory;
  readonly roles: OrganizationRoles;
  readonly changes: AccessChange[] = [];
  /** Sets of permissions that were worked out. */
  compilations = 0;

  constructor({
    book = EMPTY,
    directory = new FakeDirectory(ORGANIZATION),
    order = orderOfEvaluation,
  }: { book?: RoleBook; directory?: FakeDirectory; order?: OrderOfEvaluation } = {}) {
    this.directory = directory;
    this.roles = new OrganizationRoles({
      organizationId: ORGANIZATION,
      book,
      directory,
      compiled: () => (this.compilations += 1),
      changed: (change) => this.changes.push(change),
      order,
    });
    directory.onTreeChange((change) => this.roles.treeChanged(change));
  }

  rights(subject: AccessSubject): SubjectRights {
    return new SubjectRights({ subject, roles: this.roles, directory: this.directory });
  }

  /** Of somebody who comes in now. */
  enter(identity: Identity): SubjectRights {
    this.directory.enter(sessionOf(identity), identity);
    return this.rights(subjectOf(identity));
  }

  role(draft: Partial<RoleRecord> & { readonly id: string }): void {
    this.roles.apply({ kind: 'roleChanged', role: roleRecord(draft) });
  }

  assign(roleId: string, userId: string): void {
    this.roles.apply({ kind: 'assigned', roleId, userId });
  }

  /** `about` is a role, or a user where it says so. */
  override(channelId: string, about: string, draft: OverrideDraft): void {
    const override = overrideRecord(channelId, about, draft);
    this.roles.apply({ kind: 'overrideChanged', override });
  }

  seal(channelId: string, sealed = true): void {
    this.roles.apply({ kind: 'sealed', channelId, sealed });
  }

  /** How many sets of permissions are worked out while it runs. */
  compiledBy(run: () => void): number {
    const before = this.compilations;
    run();
    return this.compilations - before;
  }
}

export type OverrideDraft = Partial<Pick<OverrideRecord, 'allow' | 'deny' | 'here' | 'below'>> & {
  readonly user?: true;
};

export function overrideRecord(
  channelId: string,
  about: string,
  { user, allow = [], deny = [], here = true, below = true }: OverrideDraft,
): OverrideRecord {
  const subject = { kind: user ? 'user' : 'role', id: about } as const;
  return { organizationId: ORGANIZATION, channelId, subject, allow, deny, here, below, version: 1 };
}

export function roleRecord(draft: Partial<RoleRecord> & { readonly id: string }): RoleRecord {
  return {
    organizationId: ORGANIZATION,
    name: draft.id,
    rank: 100,
    permissions: [],
    implicit: null,
    netPlan: [],
    version: 1,
    ...draft,
  };
}

export function person(userId: string, more: Partial<Identity> = {}): Identity {
  return { userId, displayName: userId, guest: false, ...more };
}

export function sessionOf({ userId }: Identity): string {
  return `session of ${userId}`;
}

export function subjectOf(identity: Identity): AccessSubject {
  return { sessionId: sessionOf(identity), organizationId: ORGANIZATION, identity };
}
