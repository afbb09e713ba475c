import { randomUUID } from 'node:crypto';
import { Id, WireError } from '@sidetone/protocol';
import { Type, type TProperties, type TSchema } from 'typebox';
import type { InviteRecord, InviteUse } from '../contracts/invite-store.js';
import type { World } from '../domain/world.js';
import { createInviteCode, hashInviteCode } from '../organization/invite-code.js';
import type { Organization } from '../organization/organization.js';
import { answered, type Audited } from './audited.js';
import { requireShape } from './require-shape.js';

export interface InviteDraft {
  /** How many users it is good for. Default 1; `null`: any number. */
  readonly maxUses?: number | null;
  /** Default 7 days; `null`: for good. */
  readonly durationMs?: number | null;
  /** Roles that whoever uses it is given. Default none. */
  readonly roleIds?: readonly string[];
}

export interface CreatedInvite {
  readonly invite: InviteRecord;
  /** To be given out. It is shown here and never again: the server keeps its hash. */
  readonly code: string;
}

/** Invites of one organization. Changes reject with `WireError`. */
export interface InvitesApi {
  /** Newest first; those too that are used up or past their time. */
  list(): Promise<readonly InviteUse[]>;
  create(draft?: InviteDraft): Promise<CreatedInvite>;
  /** NOT_FOUND for one that is not there. */
  revoke(inviteId: string): Promise<void>;
}

const SEVEN_DAYS_MS = 604_800_000;
const amount: TSchema = Type.Optional(
  Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER / 2 }), Type.Null()]),
);
const shape: TProperties = {
  maxUses: amount,
  durationMs: amount,
  roleIds: Type.Optional(Type.Array(Id, { maxItems: 64, uniqueItems: true })),
};

export function createInvitesApi(
  { dependencies }: World,
  { id: organizationId }: Organization,
  audited: Audited,
  actorName: string,
): InvitesApi {
  const { inviteStore, clock } = dependencies;
  const list = (): Promise<readonly InviteUse[]> => answered(inviteStore.list(organizationId));
  return {
    list,
    create: (draft = {}) =>
      audited({ organizationId, name: 'invite.create', details: { ...draft } }, async () => {
        requireShape(shape, draft);
        const { maxUses = 1, durationMs = SEVEN_DAYS_MS, roleIds = [] } = draft;
        const code = createInviteCode();
        const createdAt = clock.wallTime();
        const invite = {
          id: randomUUID(),
          organizationId,
          codeHash: hashInviteCode(code),
          createdBy: actorName,
          createdAt,
          expiresAt: durationMs === null ? null : createdAt + durationMs,
          maxUses,
          roleIds: [...roleIds],
        };
        await inviteStore.put(invite);
        return { invite, code };
      }),
    revoke: (inviteId) =>
      audited(
        { organizationId, name: 'invite.revoke', details: { invite: inviteId } },
        async () => {
          if (!(await list()).some(({ invite }) => invite.id === inviteId)) {
            throw new WireError('NOT_FOUND', `there is no invite "${inviteId}"`);
          }
          await inviteStore.delete(organizationId, inviteId);
        },
      ),
  };
}
