import { WireError } from '@sidetone/protocol';
import type { BanSubject } from '../contracts/ban-store.js';
import { stableId } from '../domain/stable-id.js';
import { isLoopback } from '../limit/loopback.js';
import { networkOf } from '../limit/network-of.js';
import type { Session } from '../session/session.js';
import {
  requirePermission,
  visibleParticipant,
  type CommandContext,
  type Commands,
} from './command.js';

/** Who is kept out from now on. */
export const banCommands: Pick<Commands, 'participant.ban'> = {
  'participant.ban': {
    cost: 2,
    audited: true,
    writes: true,
    async run(context, { session: id, reason = '', durationMs, network }) {
      const { world, organization } = context;
      const participant = visibleParticipant(context, id);
      // Of oneself as well: others of the same address go, too.
      const own = context.session?.id === id;
      requirePermission(context, 'BAN', own ? {} : { sessionId: id });
      const about = subjects(participant, network);
      for (const subject of about) requireOverNetwork(context, subject);
      const createdAt = world.dependencies.clock.wallTime();
      const first = context.newId();
      const bans = about.map((subject, index) => ({
        // One request makes several; asked again, it makes the same.
        id: index === 0 ? first : stableId('ban', first, subject.kind),
        organizationId: organization.id,
        subject,
        reason,
        createdBy: nameOf(context),
        createdAt,
        expiresAt: durationMs === undefined ? null : createdAt + durationMs,
      }));
      await world.bans.add(organization, bans);
      return {};
    },
  },
};

function subjects(participant: Session, network: boolean | undefined): readonly BanSubject[] {
  const user = { kind: 'user', userId: participant.userId } as const;
  if (!(network ?? participant.identity.guest)) return [user];
  const { remoteAddress } = participant;
  if (remoteAddress !== null && !isLoopback(remoteAddress)) {
    return [user, { kind: 'network', network: networkOf(remoteAddress) }];
  }
  if (network === undefined) return [user];
  // All clients of a proxy on this machine come from there.
  throw new WireError('INVALID_PARAMS', 'the participant comes from this machine itself', {
    details: { path: '/network' },
  });
}

/** Nobody bans who stands above them by the address of somebody else. */
function requireOverNetwork(context: CommandContext, subject: BanSubject): void {
  const { organization, session } = context;
  if (subject.kind !== 'network' || session === null) return;
  for (const { id, remoteAddress } of organization.sessions.values()) {
    if (id === session.id || remoteAddress === null) continue;
    if (networkOf(remoteAddress) !== subject.network) continue;
    if (session.access.allows('BAN', { sessionId: id })) continue;
    throw new WireError(
      'ACCESS_DENIED',
      'others come from the same network whom you may not ban: ban the user alone',
      { details: { path: '/network' } },
    );
  }
}

function nameOf({ actor, session }: CommandContext): string {
  return actor.kind === 'program' ? actor.name : (session?.identity.displayName ?? actor.userId);
}
