import type { AccountRecord } from '../contracts/account-store.js';
import type { AuditEntry } from '../contracts/audit-log.js';
import type { BanRecord } from '../contracts/ban-store.js';
import type { ChannelRecord } from '../contracts/channel-store.js';
import type { CredentialRecord } from '../contracts/credential-store.js';
import type { InviteRecord } from '../contracts/invite-store.js';
import type { MemberRecord } from '../contracts/member-store.js';
import type { OrganizationRecord } from '../contracts/organization-store.js';
import type { OverrideRecord, RoleAssignment, RoleRecord } from '../contracts/role-store.js';
import type { SettingsRecord } from '../contracts/settings-store.js';

/** A user who has used an invite. */
export interface PortableInviteUse {
  readonly organizationId: string;
  readonly inviteId: string;
  readonly userId: string;
}

/** A channel that takes no overrides from above. */
export interface PortableSealedChannel {
  readonly organizationId: string;
  readonly channelId: string;
}

/** An entry with the id that the log has given it. */
export interface PortableAuditEntry extends AuditEntry {
  readonly id: string;
}

/** What the lines of an export hold, by their kind. */
export interface PortableKinds {
  readonly account: AccountRecord;
  readonly credential: CredentialRecord;
  readonly settings: SettingsRecord;
  readonly organization: OrganizationRecord;
  readonly member: MemberRecord;
  readonly channel: ChannelRecord;
  readonly role: RoleRecord;
  readonly roleAssignment: RoleAssignment;
  readonly override: OverrideRecord;
  readonly sealedChannel: PortableSealedChannel;
  readonly ban: BanRecord;
  readonly invite: InviteRecord;
  readonly inviteUse: PortableInviteUse;
  readonly auditEntry: PortableAuditEntry;
}

export type PortableKind = keyof PortableKinds;
