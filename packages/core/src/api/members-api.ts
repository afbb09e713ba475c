import { Name, WireError } from '@sidetone/protocol';
import { Type } from 'typebox';
import type { MemberRecord } from '../contracts/member-store.js';
import type { Page } from '../contracts/stored-record.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import { answered, type Audited } from './audited.js';
import { requireShape } from './require-shape.js';

/** Who belongs to one organization, by user id. Changes reject with `WireError`. */
export interface MembersApi {
  get(userId: string): Promise<MemberRecord | null>;
  /** In the order of user ids; 100 of them unless the page says otherwise. */
  list(page?: Partial<Page>): Promise<readonly MemberRecord[]>;
  /**
   * Makes the user a member, or gives a member another name; it shows from the next sign-in on.
   * `displayName`: in this organization; `null`, the default, the account's own. NOT_FOUND for an
   * unknown user.
   */
  put(userId: string, options?: { readonly displayName?: string | null }): Promise<MemberRecord>;
  /**
   * With the roles they had. Their sessions end, unless the organization is open to everybody.
   * ACCESS_DENIED for the last administrator.
   */
  remove(userId: string): Promise<void>;
}

export function createMembersApi(
  { dependencies, liveSessions }: World,
  organization: Organization,
  audited: Audited,
): MembersApi {
  const { memberStore, memberRoles, clock } = dependencies;
  const organizationId = organization.id;
  return {
    get: (userId) => answered(memberStore.get(organizationId, userId)),
    list: (page) => answered(memberStore.list(organizationId, { limit: 100, ...page })),
    put: (userId, { displayName = null } = {}) => {
      const details = { user: userId, displayName };
      return audited({ organizationId, name: 'member.put', details }, async () => {
        requireShape({ displayName: Type.Union([Name, Type.Null()]) }, { displayName });
        const known = await memberStore.get(organizationId, userId);
        const fresh = { organizationId, userId, joinedAt: clock.wallTime(), version: 0 };
        const record = { ...(known ?? fresh), displayName };
        return { ...record, version: await memberStore.put(record) };
      });
    },
    remove: (userId) =>
      audited({ organizationId, name: 'member.remove', details: { user: userId } }, async () => {
        if ((await memberStore.get(organizationId, userId)) === null) {
          throw new WireError('NOT_FOUND', `"${userId}" is no member`);
        }
        await memberRoles.removing({ organizationId, userId }, () =>
          memberStore.delete(organizationId, userId),
        );
        if (organization.record.admission === 'open') return;
        liveSessions.removeFrom(organization, userId, 'the membership was taken back');
      }),
  };
}
