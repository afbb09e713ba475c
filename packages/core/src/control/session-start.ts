import type { MethodResult } from '@sidetone/protocol';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import { grantedPermissions } from '../session/granted.js';
import type { Session } from '../session/session.js';

/** What the answers to `session.authenticate` and `session.resume` share, but for the token. */
export type SessionStart = Omit<MethodResult<'session.authenticate'>, 'resumeToken'>;

/** All that a client needs to begin, or to go on, as of now; `seq` goes with what follows the answer. */
export async function sessionStart(
  { plane, dependencies }: World,
  organization: Organization,
  session: Session,
  seq: number,
): Promise<SessionStart> {
  const { userId, displayName, guest } = session.identity;
  return {
    session: session.id,
    user: { id: userId, name: displayName, guest },
    organization: { id: organization.id, name: organization.name },
    keys: [...(await plane.keys(session.id))],
    permissions: grantedPermissions(
      session.access,
      {},
      dependencies.accessPolicy.permissions?.() ?? [],
    ),
    voice: [...plane.offers(session.id)],
    transmissions: [...plane.transmissions(session.id)],
    seq,
  };
}
