import type {
  AccessDecision,
  AccessScope,
  AccessSubject,
  Directory,
  PermissionName,
  SubjectAccess,
} from '@sidetone/core';
import { Decider, type Asked } from '../evaluation/decide.js';
import { Explanation, tell } from '../evaluation/explanation.js';
import { subjectFacts } from '../evaluation/subject-facts.js';
import { CompiledLogic } from './compiled-logic.js';
import type { OrganizationRoles } from './organization-roles.js';

export interface SubjectRightsParts {
  readonly subject: AccessSubject;
  readonly roles: OrganizationRoles;
  readonly directory: Directory;
}

/** What one session, or one user who is not there, may do now. */
export class SubjectRights implements SubjectAccess {
  readonly #parts: SubjectRightsParts;
  readonly #asked: Asked;
  readonly #compiled: Decider<boolean>;

  constructor(parts: SubjectRightsParts) {
    this.#parts = parts;
    const { subject, roles, directory } = parts;
    const { sessionId, organizationId, identity } = subject;
    this.#asked = { sessionId, organizationId, facts: subjectFacts(identity) };
    const logic = new CompiledLogic({
      subject: roles.subject(this.#asked.facts),
      index: roles.index,
      hasJoined: (channelId) => this.#hasJoined(channelId),
    });
    const { precondition } = roles.index.order;
    this.#compiled = new Decider(this.#asked, directory, precondition, logic);
  }

  allows(permission: PermissionName, scope: AccessScope): boolean {
    return this.#compiled.decide(permission, scope);
  }

  explain(
    permission: PermissionName,
    scope: AccessScope,
    asker: Pick<SubjectAccess, 'allows'> = this,
  ): AccessDecision {
    const { roles, directory } = this.#parts;
    const { index } = roles;
    const explanation = new Explanation({
      index,
      tree: directory,
      facts: this.#asked.facts,
      permission,
      hasJoined: (channelId) => this.#hasJoined(channelId),
      namesOthers: asker.allows('MANAGE_ROLES', {}),
      nameOf: (channelId) =>
        asker.allows('VIEW', { channelId }) ? (directory.channel(channelId)?.name ?? null) : null,
    });
    const decider = new Decider(this.#asked, directory, index.order.precondition, explanation);
    return tell(decider.decide(permission, scope));
  }

  #hasJoined(channelId: string): boolean {
    const { sessionId } = this.#asked;
    return sessionId !== null && this.#parts.directory.hasJoined(sessionId, channelId);
  }
}
