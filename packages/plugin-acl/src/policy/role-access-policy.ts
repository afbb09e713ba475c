import type {
  AccessChange,
  AccessPolicy,
  AccessSubject,
  Directory,
  SubjectAccess,
} from '@sidetone/core';
import type { RoleBooks } from './role-books.js';
import { SubjectRights } from './subject-rights.js';

/** Decides by the roles and overrides of the organization. */
export class RoleAccessPolicy implements AccessPolicy {
  readonly #books: RoleBooks;
  readonly #directory: () => Directory;

  constructor(books: RoleBooks, directory: () => Directory) {
    this.#books = books;
    this.#directory = directory;
  }

  async load(subject: AccessSubject): Promise<SubjectAccess> {
    const roles = await this.#books.open(subject.organizationId);
    return new SubjectRights({ subject, roles, directory: this.#directory() });
  }

  /** With the user where at most 8 are concerned, and the channel where there is one. */
  onChange(listener: (change: AccessChange) => void): () => void {
    return this.#books.onChange(listener);
  }
}
