import type {
  AccessChange,
  AccessPolicy,
  AccessSubject,
  Directory,
  PermissionName,
  SubjectAccess,
} from '@sidetone/core';
import type { PermissionCatalog } from './permission-catalog.js';
import type { RoleBooks } from './role-books.js';
import { SubjectRights } from './subject-rights.js';

export interface RoleAccessPolicyParts {
  readonly books: RoleBooks;
  readonly directory: () => Directory;
  readonly catalog: () => PermissionCatalog;
}

/** Decides by the roles and overrides of the organization. */
export class RoleAccessPolicy implements AccessPolicy {
  readonly #parts: RoleAccessPolicyParts;

  constructor(parts: RoleAccessPolicyParts) {
    this.#parts = parts;
  }

  async load(subject: AccessSubject): Promise<SubjectAccess> {
    const { books, directory } = this.#parts;
    const roles = await books.open(subject.organizationId);
    return new SubjectRights({ subject, roles, directory: directory() });
  }

  /** Those that plugins have declared. */
  permissions(): Iterable<PermissionName> {
    return this.#parts.catalog().declared();
  }

  /** With the user where at most 8 are concerned, and the channel where there is one. */
  onChange(listener: (change: AccessChange) => void): () => void {
    return this.#parts.books.onChange(listener);
  }
}
