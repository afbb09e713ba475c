import type { AccessChange, Directory, Logger, RoleStore } from '@sidetone/core';
import { OrganizationRoles } from './organization-roles.js';

export interface RoleBooksParts {
  readonly store: RoleStore;
  /** Called where it is there: from `onReady` on. */
  readonly directory: () => Directory;
  /** Called for each set of permissions that is worked out. */
  readonly compiled: () => void;
  readonly log: Logger;
}

/** Readies a book that nobody has got yet; what it writes to the store it applies to the book. */
export type BookPreparation = (roles: OrganizationRoles) => Promise<void>;

/**
 * The roles of all organizations. Loaded once each and then kept, so that who may do what is known
 * without the store, in the turn, and while the database is gone.
 */
export class RoleBooks {
  readonly #parts: RoleBooksParts;
  readonly #books = new Map<string, OrganizationRoles>();
  readonly #loading = new Map<string, Promise<OrganizationRoles>>();
  readonly #preparations: BookPreparation[] = [];
  readonly #listeners = new Set<(change: AccessChange) => void>();

  constructor(parts: RoleBooksParts) {
    this.#parts = parts;
  }

  /** Rejects as the store does; asked again, it loads again. */
  open(organizationId: string): Promise<OrganizationRoles> {
    const open = this.#books.get(organizationId);
    if (open !== undefined) return Promise.resolve(open);
    let loading = this.#loading.get(organizationId);
    if (loading === undefined) {
      loading = this.#load(organizationId).finally(() => this.#loading.delete(organizationId));
      this.#loading.set(organizationId, loading);
    }
    return loading;
  }

  /** If it has been opened. */
  find(organizationId: string): OrganizationRoles | undefined {
    return this.#books.get(organizationId);
  }

  /** When the organization has gone. */
  forget(organizationId: string): void {
    this.#books.delete(organizationId);
  }

  /** Runs for each book that is opened from now on, in order, before anybody gets it. */
  prepare(preparation: BookPreparation): void {
    this.#preparations.push(preparation);
  }

  /** Opens the books of all organizations there are. Returns what ends it. */
  async follow(): Promise<() => void> {
    const directory = this.#parts.directory();
    const stop = directory.onTreeChange((change) =>
      this.#books.get(change.organizationId)?.treeChanged(change),
    );
    await Promise.all(Array.from(directory.organizations(), (id) => this.open(id)));
    return stop;
  }

  onChange(listener: (change: AccessChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #load(organizationId: string): Promise<OrganizationRoles> {
    const { store, directory, compiled } = this.#parts;
    const roles = new OrganizationRoles({
      organizationId,
      book: await store.load(organizationId),
      directory: directory(),
      compiled,
      changed: (change) => this.#changed(change),
    });
    for (const preparation of this.#preparations) await preparation(roles);
    this.#books.set(organizationId, roles);
    return roles;
  }

  #changed(change: AccessChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        // The change is made and kept: who wanted it must not hear that it has failed.
        this.#parts.log.error('a listener to changes of rights failed', { ...change, error });
      }
    }
  }
}
