import type { Directory, DirectorySession, EventPublisher, NetPlanEntry } from '@sidetone/core';
import { subjectFacts } from '../evaluation/subject-facts.js';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import type { RoleBooks } from '../policy/role-books.js';
import { SubjectRights } from '../policy/subject-rights.js';
import { mergedPlan } from './merged-plan.js';

interface PlanWatchParts {
  readonly books: RoleBooks;
  readonly directory: () => Directory;
  readonly netPlanChanged: EventPublisher<Record<string, never>>;
}

interface Told {
  readonly organizationId: string;
  /** The plan as it was told, as JSON. */
  plan: string;
}

/** Net plans of participants, and who has been told which one. */
export class PlanWatch {
  readonly #parts: PlanWatchParts;
  /** By session id. */
  readonly #told = new Map<string, Told>();

  constructor(parts: PlanWatchParts) {
    this.#parts = parts;
  }

  /** The nets of a participant, who hears from now on when they are others. */
  tell(session: DirectorySession, roles: OrganizationRoles): readonly NetPlanEntry[] {
    const nets = this.#planOf(session, roles);
    const { organizationId } = session;
    this.#told.set(session.id, { organizationId, plan: JSON.stringify(nets) });
    return nets;
  }

  /** Roles or channels of the organization have changed. */
  changed(organizationId: string): void {
    const { books, directory, netPlanChanged } = this.#parts;
    const roles = books.find(organizationId);
    const concerned: string[] = [];
    for (const [sessionId, told] of this.#told) {
      if (told.organizationId !== organizationId) continue;
      const session = directory().session(sessionId);
      if (session === undefined || roles === undefined) continue;
      const plan = JSON.stringify(this.#planOf(session, roles));
      if (plan === told.plan) continue;
      told.plan = plan;
      concerned.push(sessionId);
    }
    netPlanChanged(concerned, {});
  }

  /** The session has ended. */
  forget(sessionId: string): void {
    this.#told.delete(sessionId);
  }

  #planOf(
    { id, organizationId, identity }: DirectorySession,
    roles: OrganizationRoles,
  ): readonly NetPlanEntry[] {
    const directory = this.#parts.directory();
    const subject = { sessionId: id, organizationId, identity };
    const access = new SubjectRights({ subject, roles, directory });
    const isSeen = (channelId: string): boolean =>
      directory.channel(channelId) !== undefined && access.allows('VIEW', { channelId });
    return mergedPlan(roles.heldRoles(subjectFacts(identity)), isSeen);
  }
}
