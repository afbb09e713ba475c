import type { EventPublisher } from '@sidetone/core';
import { sessionAuthor } from './author.js';
import type { PlanWatch } from '../net-plan/plan-watch.js';
import type { RoleDesks } from './role-desks.js';

interface ChangeWatchParts {
  readonly desks: RoleDesks;
  readonly plans: PlanWatch;
  readonly rolesChanged: EventPublisher<Record<string, never>>;
}

/** Tells those whom a change of roles concerns, once for all that has changed in one turn. */
export class ChangeWatch {
  readonly #parts: ChangeWatchParts;
  readonly #waiting = new Set<string>();

  constructor(parts: ChangeWatchParts) {
    this.#parts = parts;
  }

  /** Roles of the organization have changed. */
  changed(organizationId: string): void {
    if (this.#waiting.has(organizationId)) return;
    this.#waiting.add(organizationId);
    queueMicrotask(() => {
      this.#waiting.delete(organizationId);
      this.#tell(organizationId);
    });
  }

  #tell(organizationId: string): void {
    const { desks, plans, rolesChanged } = this.#parts;
    const { directory, books } = desks.parts;
    const roles = books.find(organizationId);
    if (roles === undefined) return;
    const managers: string[] = [];
    for (const session of directory().sessions(organizationId)) {
      const author = sessionAuthor(session, { directory: directory(), roles });
      if (author.allows('MANAGE_ROLES')) managers.push(session.id);
    }
    rolesChanged(managers, {});
    plans.changed(organizationId);
  }
}
