import type { StoreSet } from '@sidetone/core';
import { FREE_NET } from '@sidetone/protocol';
import { randomBytes, randomUUID } from 'node:crypto';

/** Ids of what an organization has, one of each kind. */
export interface Tenant {
  readonly id: string;
  readonly userId: string;
  readonly channelId: string;
  readonly roleId: string;
  readonly banId: string;
  readonly inviteId: string;
}

/** Makes an organization with one of everything, and two channels, one below the other. */
export async function fillOrganization(stores: StoreSet): Promise<Tenant> {
  const tenant: Tenant = {
    id: randomUUID(),
    userId: randomUUID(),
    channelId: randomUUID(),
    roleId: randomUUID(),
    banId: randomUUID(),
    inviteId: randomUUID(),
  };
  const { id: organizationId, userId, channelId } = tenant;
  const own = { organizationId, version: 0 };
  await stores.accounts.put({
    id: userId,
    name: `Ada ${userId}`,
    displayName: 'Ada Ümlaut ✈',
    disabled: false,
    administrator: true,
    createdAt: 1_790_000_000_001,
    version: 0,
  });
  await stores.credentials.put({
    userId,
    kind: 'password',
    hash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo',
    mustChange: true,
    changedAt: 7,
    version: 0,
  });
  await stores.settings.put({ userId, document: '{"gain":{"Flight":-6}}', version: 0 });
  await stores.organizations.put({
    id: organizationId,
    name: `Organization ${organizationId}`,
    admission: 'members',
    participantLimit: 2 ** 40,
    channelLimit: null,
    version: 0,
  });
  await stores.members.put({ ...own, userId, displayName: 'Chief', joinedAt: 3 });
  const shown = { name: 'Flight', topic: 'wings', participantLimit: null };
  const channel = { ...own, ...shown, passwordHash: null, net: FREE_NET };
  await stores.channels.put({ ...channel, id: channelId, parentId: null, position: 65_535 });
  await stores.channels.put({ ...channel, id: randomUUID(), parentId: channelId, position: 0 });
  await fillRoles(stores, tenant);
  await fillAdmission(stores, tenant);
  return tenant;
}

async function fillRoles(stores: StoreSet, tenant: Tenant): Promise<void> {
  const { id: organizationId, userId, channelId, roleId } = tenant;
  const own = { organizationId, version: 0 };
  const role = { ...own, rank: 1, permissions: ['JOIN', 'dice.roll'], netPlan: [] };
  await stores.roles.putRole({ ...role, id: roleId, name: 'Pilot', implicit: null });
  await stores.roles.putRole({ ...role, id: randomUUID(), name: 'All', implicit: 'everyone' });
  await stores.roles.assign({ organizationId, roleId, userId });
  for (const subject of [
    { kind: 'role', id: roleId },
    { kind: 'user', id: userId },
  ] as const) {
    const allow = ['SPEAK'];
    const override = { ...own, channelId, subject, allow, deny: [], here: true, below: false };
    await stores.roles.putOverride(override);
  }
  await stores.roles.setSealed(organizationId, channelId, true);
}

async function fillAdmission(stores: StoreSet, tenant: Tenant): Promise<void> {
  const { id: organizationId, userId } = tenant;
  const note = { organizationId, createdBy: 'Ada', createdAt: 5, expiresAt: null };
  const subject = { kind: 'network', network: '2001:db8::/48' } as const;
  await stores.bans.put({ ...note, id: tenant.banId, subject, reason: 'noise\nand more' });
  await stores.invites.put({
    ...note,
    id: tenant.inviteId,
    codeHash: randomBytes(32).toString('base64url'),
    maxUses: 9,
    roleIds: [tenant.roleId],
  });
  await stores.invites.use(organizationId, tenant.inviteId, userId, 0);
  for (const outcome of ['committed', 'refused'] as const) {
    stores.auditLog.append({
      at: 1,
      organizationId,
      actor: { kind: 'session', sessionId: randomUUID(), userId },
      action: 'channel.create',
      details: { channel: { name: 'Flight', position: 1 } },
      outcome,
      ...(outcome === 'refused' ? { code: 'ACCESS_DENIED' } : {}),
    });
  }
  await stores.auditLog.flush();
}

/** All that the stores have of an organization. */
export async function readOrganization(stores: StoreSet, { id }: Tenant): Promise<unknown> {
  const book = await stores.roles.load(id);
  return structuredClone({
    members: await stores.members.list(id, { limit: 1000 }),
    channels: await stores.channels.load(id),
    roles: [...book.roles].sort((a, b) => (a.id < b.id ? -1 : 1)),
    assignments: book.assignments,
    overrides: [...book.overrides].sort((a, b) => (a.subject.kind < b.subject.kind ? -1 : 1)),
    sealedChannels: book.sealedChannels,
    bans: await stores.bans.list(id, 0),
    invites: await stores.invites.list(id),
    audit: await stores.auditLog.list(id, 1000),
  });
}
