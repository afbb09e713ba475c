import { randomUUID } from 'node:crypto';
import type {
  AccountRecord,
  BanRecord,
  ChannelRecord,
  CredentialRecord,
  InviteRecord,
  MemberRecord,
  OrganizationRecord,
  OverrideRecord,
  RoleRecord,
  SettingsRecord,
  StoreSet,
} from '@sidetone/core';
import { FREE_NET } from '@sidetone/protocol';

/** Records that no store has yet, for the suites; every id and every unique name is a fresh one. */

export function newOrganization(changes: Partial<OrganizationRecord> = {}): OrganizationRecord {
  const id = randomUUID();
  return {
    id,
    name: `Organization ${id}`,
    admission: 'open',
    participantLimit: null,
    channelLimit: null,
    version: 0,
    ...changes,
  };
}

export function newAccount(changes: Partial<AccountRecord> = {}): AccountRecord {
  const id = randomUUID();
  return {
    id,
    name: `account-${id}`,
    displayName: 'Ada Ümlaut ✈',
    disabled: false,
    administrator: false,
    createdAt: 1_790_000_000_001,
    version: 0,
    ...changes,
  };
}

export function newCredential(changes: Partial<CredentialRecord> = {}): CredentialRecord {
  return {
    userId: randomUUID(),
    kind: 'password',
    hash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo',
    mustChange: false,
    changedAt: 1_790_000_000_002,
    version: 0,
    ...changes,
  };
}

export function newSettings(changes: Partial<SettingsRecord> = {}): SettingsRecord {
  return { userId: randomUUID(), document: '{"gain":{"Flight":-6}}', version: 0, ...changes };
}

export function newMember(changes: Partial<MemberRecord> = {}): MemberRecord {
  return {
    organizationId: randomUUID(),
    userId: randomUUID(),
    displayName: null,
    joinedAt: 1_790_000_000_003,
    version: 0,
    ...changes,
  };
}

export function newChannel(changes: Partial<ChannelRecord> = {}): ChannelRecord {
  return {
    id: randomUUID(),
    organizationId: randomUUID(),
    parentId: null,
    name: 'Flight',
    topic: 'wings',
    position: 3,
    participantLimit: null,
    passwordHash: null,
    net: FREE_NET,
    version: 0,
    ...changes,
  };
}

export function newRole(changes: Partial<RoleRecord> = {}): RoleRecord {
  const id = randomUUID();
  return {
    id,
    organizationId: randomUUID(),
    name: `Role ${id}`,
    rank: 10,
    permissions: ['VIEW', 'JOIN', 'dice.roll'],
    implicit: null,
    netPlan: [],
    version: 0,
    ...changes,
  };
}

export function newOverride(changes: Partial<OverrideRecord> = {}): OverrideRecord {
  return {
    organizationId: randomUUID(),
    channelId: randomUUID(),
    subject: { kind: 'role', id: randomUUID() },
    allow: ['SPEAK'],
    deny: ['PRIORITY', 'EMERGENCY'],
    here: true,
    below: false,
    version: 0,
    ...changes,
  };
}

export function newBan(changes: Partial<BanRecord> = {}): BanRecord {
  return {
    id: randomUUID(),
    organizationId: randomUUID(),
    subject: { kind: 'user', userId: randomUUID() },
    reason: 'noise\nand more of it',
    createdBy: 'Ada',
    createdAt: 1_790_000_000_004,
    expiresAt: null,
    ...changes,
  };
}

export function newInvite(changes: Partial<InviteRecord> = {}): InviteRecord {
  return {
    id: randomUUID(),
    organizationId: randomUUID(),
    codeHash: randomHash(),
    createdBy: 'Ada',
    createdAt: 1_790_000_000_005,
    expiresAt: null,
    maxUses: null,
    roleIds: [],
    ...changes,
  };
}

/** 43 characters of base64url, as a SHA-256 has. */
export function randomHash(): string {
  return Buffer.from(`${randomUUID()}`.slice(0, 32)).toString('base64url').padEnd(43, 'A');
}

/** Put into the store of their kind, and given back as they are there. */

export async function addOrganization(
  stores: StoreSet,
  changes: Partial<OrganizationRecord> = {},
): Promise<OrganizationRecord> {
  const record = newOrganization(changes);
  return { ...record, version: await stores.organizations.put(record) };
}

export async function addAccount(
  stores: StoreSet,
  changes: Partial<AccountRecord> = {},
): Promise<AccountRecord> {
  const record = newAccount(changes);
  return { ...record, version: await stores.accounts.put(record) };
}

export async function addChannel(
  stores: StoreSet,
  organizationId: string,
  changes: Partial<ChannelRecord> = {},
): Promise<ChannelRecord> {
  const record = newChannel({ organizationId, ...changes });
  return { ...record, version: await stores.channels.put(record) };
}

/** A member with an account of its own. */
export async function addMember(
  stores: StoreSet,
  organizationId: string,
  changes: Partial<MemberRecord> = {},
): Promise<MemberRecord> {
  const { id: userId } = changes.userId === undefined ? await addAccount(stores) : { id: '' };
  const record = newMember({ organizationId, userId, ...changes });
  return { ...record, version: await stores.members.put(record) };
}

export async function addRole(
  stores: StoreSet,
  organizationId: string,
  changes: Partial<RoleRecord> = {},
): Promise<RoleRecord> {
  const record = newRole({ organizationId, ...changes });
  return { ...record, version: await stores.roles.putRole(record) };
}

export async function addOverride(
  stores: StoreSet,
  changes: Partial<OverrideRecord>,
): Promise<OverrideRecord> {
  const record = newOverride(changes);
  return { ...record, version: await stores.roles.putOverride(record) };
}
