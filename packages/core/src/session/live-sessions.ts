import type { CloseReason } from '@sidetone/protocol';
import type { CloseOfUser, Sessions } from '../contracts/sessions.js';
import type { Organization } from '../organization/organization.js';
import type { OrganizationRegistry } from '../organization/organization-registry.js';
import type { Revocations } from './revocations.js';
import type { SessionLifecycle } from './session-lifecycle.js';
import type { SessionRecorder } from './session-recorder.js';
import type { Session } from './session.js';

interface LiveSessionsParts {
  readonly registry: OrganizationRegistry;
  readonly sessions: SessionLifecycle;
  readonly revocations: Revocations;
  readonly recorder: Pick<SessionRecorder, 'revoked'>;
}

const details: { readonly [R in CloseReason]?: string } = {
  CREDENTIALS_CHANGED: 'the credentials were changed or taken back; sign in with the new ones',
  KICKED: 'the right to be here was taken back',
};

/** Ends sessions of users from outside of their own commands. */
export class LiveSessions implements Sessions {
  readonly #parts: LiveSessionsParts;

  constructor(parts: LiveSessionsParts) {
    this.#parts = parts;
  }

  closeOfUser(
    userId: string,
    reason: 'CREDENTIALS_CHANGED' | 'KICKED',
    { except, detail }: CloseOfUser = {},
  ): number {
    const { registry, revocations, recorder } = this.#parts;
    revocations.add(userId);
    recorder.revoked(userId);
    const all = [...registry.all()].flatMap(({ id }) => registry.sessionsOfUser(id, userId));
    const others = all.filter(({ id }) => id !== except);
    for (const session of others) this.#close(session, reason, detail);
    return others.length;
  }

  /**
   * The user is no member of the organization any more. Administrators and the program's own
   * participants need not be.
   */
  removeFrom(organization: Organization, userId: string, detail: string): void {
    const { registry, revocations } = this.#parts;
    revocations.add(userId);
    for (const session of registry.sessionsOfUser(organization.id, userId)) {
      const { remoteAddress, identity } = session;
      if (remoteAddress === null || identity.administrator === true) continue;
      this.#close(session, 'KICKED', detail);
    }
  }

  #close(session: Session, reason: 'CREDENTIALS_CHANGED' | 'KICKED', detail?: string): void {
    const leave = reason === 'KICKED' ? 'kicked' : 'disconnected';
    this.#parts.sessions.close(session, leave, detail ?? details[reason] ?? reason, reason);
  }
}
