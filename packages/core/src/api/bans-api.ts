import { randomUUID } from 'node:crypto';
import { Id, Text, WireError } from '@sidetone/protocol';
import { Type, type TProperties } from 'typebox';
import type { BanRecord, BanSubject } from '../contracts/ban-store.js';
import type { World } from '../domain/world.js';
import { parseNetwork } from '../limit/ip-network.js';
import type { Organization } from '../organization/organization.js';
import type { Audited } from './audited.js';
import { requireShape } from './require-shape.js';

/** Either the one or the other. */
export type BanDraft = { readonly reason?: string; readonly durationMs?: number } & (
  | { readonly userId: string; readonly network?: undefined }
  /** An address, or a network in CIDR notation. */
  | { readonly network: string; readonly userId?: undefined }
);

/** Bans of one organization. Changes reject with `WireError`. */
export interface BansApi {
  /** Those that hold, newest first. */
  list(): readonly BanRecord[];
  /** Whom it is about has left when it resolves. Without `durationMs` it is for good. */
  add(draft: BanDraft): Promise<BanRecord>;
  /** NOT_FOUND for one that does not hold. */
  lift(banId: string): Promise<void>;
}

const shape: TProperties = {
  userId: Type.Optional(Id),
  network: Type.Optional(Type.String({ maxLength: 64 })),
  reason: Type.Optional(Text),
  durationMs: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER / 2 })),
};

export function createBansApi(
  { bans, dependencies }: World,
  organization: Organization,
  audited: Audited,
  actorName: string,
): BansApi {
  const organizationId = organization.id;
  return {
    list: () => organization.bans.list(),
    add: (draft) =>
      audited({ organizationId, name: 'ban.add', details: { ...draft } }, async () => {
        requireShape(shape, draft);
        const { reason = '', durationMs } = draft;
        const createdAt = dependencies.clock.wallTime();
        const ban = {
          id: randomUUID(),
          organizationId,
          subject: subjectOf(draft),
          reason,
          createdBy: actorName,
          createdAt,
          expiresAt: durationMs === undefined ? null : createdAt + durationMs,
        };
        await bans.add(organization, [ban]);
        return ban;
      }),
    lift: (banId) =>
      audited({ organizationId, name: 'ban.lift', details: { ban: banId } }, async () => {
        if (!organization.bans.get(banId)) {
          throw new WireError('NOT_FOUND', `there is no ban "${banId}"`);
        }
        await bans.lift(organization, banId);
      }),
  };
}

function subjectOf({ userId, network }: BanDraft): BanSubject {
  if (userId !== undefined && network === undefined) return { kind: 'user', userId };
  if (network === undefined || userId !== undefined) {
    throw new WireError('INVALID_PARAMS', 'a ban is about a user or about a network', {
      details: { path: '' },
    });
  }
  if (parseNetwork(network) !== null) return { kind: 'network', network };
  const message = `"${network}" is no network; write an address, or one in CIDR notation`;
  throw new WireError('INVALID_PARAMS', message, { details: { path: '/network' } });
}
