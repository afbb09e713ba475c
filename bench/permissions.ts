import { performance } from 'node:perf_hooks';
import {
  AccessPolicy,
  createServer,
  MemoryMetrics,
  type OrganizationApi,
  type SidetoneServer,
  type SubjectAccess,
} from '@sidetone/core';
import { acl, Roles } from '@sidetone/plugin-acl';
import { permissions } from '@sidetone/protocol';
import { createRecordingLogger } from '@sidetone/testkit';

/** What is worked out again because of one change, and how long that takes. */
interface Recompilation {
  readonly compiled: number;
  readonly ms: number;
}

export interface PermissionResult {
  readonly users: number;
  readonly channels: number;
  readonly permissions: number;
  /** Users times channels times permissions. */
  readonly answers: number;
  /** Each set of permissions is worked out. */
  readonly cold: Recompilation;
  /** All is there. */
  readonly warm: Recompilation & { readonly nanosPerAnswer: number };
  /** One role gives one permission more. */
  readonly roleChange: Recompilation & { readonly holders: number };
  /** One override at a channel with others below it. */
  readonly overrideChange: Recompilation & {
    readonly holders: number;
    readonly channels: number;
  };
  /** One channel and those below it hang elsewhere. */
  readonly move: Recompilation & { readonly channels: number };
}

const USERS = 200;
const WINGS = 8;
const SQUADS = 4;
const NETS = 5;
const RUNS = 5;

const everywhere = { allow: [], deny: [], here: true, below: true };

const wingRole = (wing: number): string => `Wing ${wing}`;

/** All permissions of 200 users in 200 channels, by the policy of a server as it stands. */
export async function measurePermissions(): Promise<PermissionResult> {
  const metrics = new MemoryMetrics();
  const log = createRecordingLogger();
  const server = createServer({ metrics, log, initialChannels: [], drainTimeoutMs: 0 }).use(acl());
  await server.start();
  try {
    return await measure(server, () => metrics.counter('access.compiled').value);
  } finally {
    await server.stop();
  }
}

async function measure(
  server: SidetoneServer,
  compiledSoFar: () => number,
): Promise<PermissionResult> {
  const organization = server.organization();
  const roles = server.get(Roles).organization(organization.id);
  const wings = await growTree(organization);
  await giveRights(server, organization, wings);
  const channelIds = organization.channels.list().map(({ id }) => id);
  const users = await loadUsers(server, organization.id);
  const timed = (): Recompilation => {
    const before = compiledSoFar();
    const startMs = performance.now();
    askAll(users, channelIds);
    return { ms: performance.now() - startMs, compiled: compiledSoFar() - before };
  };

  const cold = timed();
  const warm = Array.from({ length: RUNS }, timed).sort((a, b) => a.ms - b.ms)[2] ?? cold;
  const answers = users.length * channelIds.length * permissions.length;
  const role = await roles.find(wingRole(0));
  const [first = '', second = ''] = wings;
  if (role === null) throw new Error('the role of the first wing is missing');
  const holders = USERS / WINGS;
  const inWing = channelIds.length / WINGS;
  await roles.updateRole(role.id, { permissions: [...role.permissions, 'PRIORITY'] });
  const roleChange = { ...timed(), holders };
  const subject = { kind: 'role', id: role.id } as const;
  await roles.setOverride({ ...everywhere, channelId: second, subject, allow: ['EMERGENCY'] });
  const overrideChange = { ...timed(), holders, channels: inWing };
  await organization.channels.move(first, { parent: second, position: 0 });
  const move = { ...timed(), channels: inWing };
  return {
    users: users.length,
    channels: channelIds.length,
    permissions: permissions.length,
    answers,
    cold,
    warm: { ...warm, nanosPerAnswer: (warm.ms * 1e6) / answers },
    roleChange,
    overrideChange,
    move,
  };
}

/** Ids of the channels at the top. */
async function growTree({ channels }: OrganizationApi): Promise<readonly string[]> {
  const wings: string[] = [];
  for (let wing = 0; wing < WINGS; wing += 1) {
    const { id: parent } = await channels.create({ name: wingRole(wing) });
    wings.push(parent);
    for (let squad = 0; squad < SQUADS; squad += 1) {
      const below = await channels.create({ name: `Squad ${wing}.${squad}`, parent });
      for (let net = 0; net < NETS; net += 1) {
        await channels.create({ name: `Net ${wing}.${squad}.${net}`, parent: below.id });
      }
    }
  }
  return wings;
}

/** A role for each wing, which may speak in its own and whose others may not. */
async function giveRights(
  server: SidetoneServer,
  { id, channels }: OrganizationApi,
  wings: readonly string[],
): Promise<void> {
  const roles = server.get(Roles).organization(id);
  const pilot = await roles.createRole({
    name: 'Pilot',
    rank: 120,
    permissions: ['TEXT', 'SHOUT'],
  });
  for (const [wing, channelId] of wings.entries()) {
    const role = await roles.createRole({ name: wingRole(wing), rank: 130 + wing });
    const of = (roleId: string) => ({ kind: 'role', id: roleId }) as const;
    await roles.setOverride({
      ...everywhere,
      channelId,
      subject: of(pilot.id),
      deny: ['SPEAK', 'SHOUT'],
    });
    await roles.setOverride({
      ...everywhere,
      channelId,
      subject: of(role.id),
      allow: ['SPEAK', 'SHOUT'],
    });
    const inside = channels.list().filter(({ parent }) => parent === channelId);
    for (const { id: squad } of inside) {
      await roles.setOverride({
        ...everywhere,
        channelId: squad,
        subject: of(role.id),
        allow: ['MOVE', 'MUTE'],
      });
    }
  }
}

/** Each with the roles of everybody, of pilots, and of one wing. */
function loadUsers(
  server: SidetoneServer,
  organizationId: string,
): Promise<readonly SubjectAccess[]> {
  const policy = server.get(AccessPolicy);
  const users = Array.from({ length: USERS }, (_, index) => ({
    userId: `user ${index}`,
    displayName: `User ${index}`,
    guest: false,
    roles: ['Pilot', wingRole(index % WINGS)],
  }));
  return Promise.all(
    users.map((identity) => policy.load({ sessionId: null, organizationId, identity })),
  );
}

function askAll(users: readonly SubjectAccess[], channelIds: readonly string[]): void {
  for (const user of users) {
    for (const channelId of channelIds) {
      for (const permission of permissions) user.allows(permission, { channelId });
    }
  }
}

/** For people. */
export function permissionText(result: PermissionResult): string {
  const { users, channels, answers, cold, warm, roleChange, overrideChange, move } = result;
  const ms = (of: Recompilation): string => `${of.ms.toFixed(0)} ms`;
  const again = (of: Recompilation): string => `${of.compiled} of ${cold.compiled} sets again`;
  return [
    `permissions: ${users} users x ${channels} channels, ${answers} answers`,
    `  first        ${ms(cold)}, ${cold.compiled} sets worked out`,
    `  kept         ${ms(warm)}, ${warm.nanosPerAnswer.toFixed(0)} ns an answer`,
    `  a role       ${ms(roleChange)}, ${again(roleChange)} (${roleChange.holders} users hold it)`,
    `  an override  ${ms(overrideChange)}, ${again(overrideChange)} (${overrideChange.channels} channels)`,
    `  a move       ${ms(move)}, ${again(move)} (${move.channels} channels)`,
  ].join('\n');
}
