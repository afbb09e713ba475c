import {
  SerialQueue,
  withoutStoreFailure,
  type AccountStore,
  type AuditLog,
  type Clock,
  type Directory,
  type MemberStore,
  type RoleStore,
} from '@sidetone/core';
import { isVoiceError, WireError } from '@sidetone/protocol';
import type { BookChange } from '../policy/book-change.js';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import type { PermissionCatalog } from '../policy/permission-catalog.js';
import type { RoleBooks } from '../policy/role-books.js';
import type { Author } from './author.js';
import { bookDifference } from './book-difference.js';
import { WAITING_COMMANDS } from './limits.js';

/** What every change of roles works with. */
export interface DeskParts {
  readonly clock: Clock;
  readonly auditLog: AuditLog;
  readonly accounts: AccountStore;
  readonly members: MemberStore;
  readonly store: RoleStore;
  readonly books: RoleBooks;
  /** Throws before the server is ready. */
  readonly catalog: () => PermissionCatalog;
  /** Throws before the server is ready: there is nothing to change then. */
  readonly directory: () => Directory;
  /** Called after each change of an organization's roles, in the turn that makes it. */
  readonly changed: (organizationId: string) => void;
}

export interface DeskAction {
  /** As the audit log has it, for instance `role.create`. */
  readonly name: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Of each list in what was refused: anybody may ask, and must not fill the log with it. */
const REFUSED_ENTRIES = 16;

/** With what comes on top, who asks for a change hears within 2 s of it. */
const DEADLINE_MS = 1500;

/**
 * Where the roles of one organization are changed: one change after another, first in the store,
 * then in memory, then in the audit log.
 */
export class RoleDesk {
  readonly organizationId: string;
  readonly parts: DeskParts;
  readonly #queue = new SerialQueue(WAITING_COMMANDS);
  /** Whether the store may have something else than the memory. */
  #stale = false;

  constructor(organizationId: string, parts: DeskParts) {
    this.organizationId = organizationId;
    this.parts = parts;
  }

  /** `work` checks, writes and applies. Rejects with `WireError`. */
  async change<T>(
    author: Author,
    action: DeskAction,
    work: (roles: OrganizationRoles) => Promise<T>,
  ): Promise<T> {
    try {
      const result = await this.inTurn(work);
      this.#audit(author, action);
      return result;
    } catch (thrown) {
      const error = withoutStoreFailure(thrown);
      // Nobody knows whether it was made after all, where the store could not be reached.
      const refused = error instanceof WireError && error.code !== 'UNAVAILABLE';
      if (refused) this.#audit(author, action, error);
      throw error;
    }
  }

  /** The same with errors as they are, and nothing written down. */
  inTurn<T>(work: (roles: OrganizationRoles) => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      const roles = await this.parts.books.open(this.organizationId);
      if (this.#stale) await this.#reload(roles);
      return this.#watched(roles, () => work(roles));
    });
  }

  /** Takes over what the store has accepted. */
  apply(roles: OrganizationRoles, ...changes: readonly BookChange[]): void {
    for (const change of changes) roles.apply(change);
    this.parts.changed(this.organizationId);
  }

  /** One question to a store, or one write. Rejects with UNAVAILABLE when it is late. */
  ask<T>(question: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.parts.clock.after(DEADLINE_MS, () => {
        this.#stale = true;
        const message = 'the database does not answer; ask again';
        reject(new WireError('UNAVAILABLE', message, { retryAfterMs: 1000 }));
      });
      question().then(resolve, reject).finally(cancel);
    });
  }

  async #watched<T>(roles: OrganizationRoles, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const code = isVoiceError(error) ? error.code : null;
      if (code === 'ERR_STORE_UNAVAILABLE') this.#stale = true;
      // Another server has changed it: what people see next is what there is.
      if (code === 'ERR_STORE_VERSION' || code === 'ERR_STORE_CONFLICT') {
        this.#stale = true;
        await this.#reload(roles);
      }
      throw error;
    }
  }

  async #reload(roles: OrganizationRoles): Promise<void> {
    const book = await this.ask(() => this.parts.store.load(this.organizationId));
    this.#stale = false;
    const changes = bookDifference(roles.book(), book);
    if (changes.length > 0) this.apply(roles, ...changes);
  }

  #audit({ actor }: Author, { name, details }: DeskAction, refusal?: WireError): void {
    this.parts.auditLog.append({
      at: this.parts.clock.wallTime(),
      organizationId: this.organizationId,
      actor,
      action: name,
      details: refusal ? excerpt(details) : details,
      outcome: refusal ? 'refused' : 'committed',
      ...(refusal ? { code: refusal.code } : {}),
    });
  }
}

function excerpt(details: DeskAction['details']): DeskAction['details'] {
  const short = Object.entries(details).map(([name, value]) => {
    if (!Array.isArray(value) || value.length <= REFUSED_ENTRIES) return [name, value];
    const rest = value.length - REFUSED_ENTRIES;
    return [name, [...(value.slice(0, REFUSED_ENTRIES) as unknown[]), `and ${rest} more`]];
  });
  return Object.fromEntries(short) as DeskAction['details'];
}
