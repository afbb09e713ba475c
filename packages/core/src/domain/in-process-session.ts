import { randomUUID } from 'node:crypto';
import type { MethodParams, MethodResult } from '@sidetone/protocol';
import type { CommandName } from '../command/command.js';
import type { CommandPipeline } from '../command/command-pipeline.js';
import type { SubjectAccess } from '../contracts/access-policy.js';
import type { Organization } from '../organization/organization.js';
import type { SessionOutlet } from '../session/session-outlet.js';
import type { World } from './world.js';

/** A participant inside the process, as `MediaPort` drives it. */
export interface InProcessSession {
  readonly sessionId: string;
  /** Rejects with `WireError`, as a client would be answered. */
  command<M extends CommandName>(method: M, params: MethodParams<M>): Promise<MethodResult<M>>;
  /** Idempotent. */
  close(): void;
}

export interface InProcessSessionOptions {
  readonly displayName: string;
  /** Recorders and bots are asked for under the name of the program that runs them. */
  readonly actor: string;
}

/** The embedding program may do everything; so may the participants it opens. */
const programAccess: SubjectAccess = {
  allows: () => true,
  explain: () => ({
    allowed: true,
    because: [{ text: 'a participant of the embedding program', effect: 'allow' }],
  }),
};

export function openInProcessSession(
  world: World,
  pipeline: CommandPipeline,
  organization: Organization,
  options: InProcessSessionOptions,
  outlet: SessionOutlet,
): InProcessSession {
  const session = world.sessions.open(organization, {
    id: randomUUID(),
    identity: { userId: randomUUID(), displayName: options.displayName, guest: false },
    access: programAccess,
    outlet,
    transport: 'in-process',
    remoteAddress: null,
  });
  const actor = { kind: 'program', name: options.actor } as const;
  return {
    sessionId: session.id,
    command: (method, params) => pipeline.execute({ organization, session, actor }, method, params),
    close: () => world.sessions.close(session, 'left', 'closed by the program', 'SESSION_CLOSED'),
  };
}
