import {
  ChannelStore,
  CredentialStore,
  OrganizationStore,
  RoleStore,
  type ChannelRecord,
  type MemberRecord,
  type OrganizationRecord,
  type RoleBook,
  type SidetoneServer,
} from '@sidetone/core';
import { Passwords } from '@sidetone/plugin-password';
import { randomUUID } from 'node:crypto';

/** What is kept of an organization, as the stores have it now. */
export interface KeptOrganization {
  readonly record: OrganizationRecord | null;
  readonly channels: readonly ChannelRecord[];
  readonly members: readonly MemberRecord[];
  readonly roles: RoleBook;
  readonly bans: number;
}

/** What an administrator does, and looks at, in the process of the server. */
export function administrationCalls(server: SidetoneServer) {
  return {
    /** Resolves with the id, also of one that is there already. */
    async addUser(what: { readonly name: string; readonly password: string }): Promise<string> {
      const known = await server.users.find(what.name);
      if (known) return known.id;
      const { id } = await server.users.create({ name: what.name });
      await server.get(Passwords).set(id, what.password);
      return id;
    },
    /** Accounts that are not there yet, with the password of one that is: hashed once for all. */
    async addUsersLike(what: {
      readonly name: string;
      readonly names: readonly string[];
    }): Promise<void> {
      const known = await server.users.find(what.name);
      const credential = await server.get(CredentialStore).get(known?.id ?? '', 'password');
      if (!credential) throw new Error(`"${what.name}" has no password`);
      for (const name of what.names) {
        if (name === what.name) continue;
        const { id } = await server.users.create({ name });
        await server.get(Passwords).import(id, { hash: credential.hash });
      }
    },
    setPassword: (what: { readonly userId: string; readonly password: string }): Promise<void> =>
      server.get(Passwords).set(what.userId, what.password),
    /** One for members only, with a channel, and a role that all of the members have. */
    async addOrganization(what: {
      readonly name: string;
      readonly members: readonly string[];
    }): Promise<string> {
      const { id } = await server.organizations.create({ name: what.name });
      const { channels, members } = server.organization(id);
      await channels.create({ name: `${what.name} net`, topic: `of ${what.name}` });
      const roleId = randomUUID();
      const role = {
        name: 'Crew',
        rank: 7,
        permissions: ['JOIN'],
        implicit: null,
        netPlan: [],
        version: 0,
      };
      const roles = server.get(RoleStore);
      await roles.putRole({ ...role, id: roleId, organizationId: id });
      for (const userId of what.members) {
        await members.put(userId, { displayName: `${what.name} member` });
        await roles.assign({ organizationId: id, roleId, userId });
      }
      return id;
    },
    /** Without an id: the server's own. */
    async kept(what: { readonly organizationId?: string }): Promise<KeptOrganization> {
      const { organizationId = server.organization().id } = what;
      const records = await server.get(OrganizationStore).load();
      const { bans, members } = server.organization(organizationId);
      return {
        record: records.find(({ id }) => id === organizationId) ?? null,
        channels: await server.get(ChannelStore).load(organizationId),
        members: await members.list(),
        roles: await server.get(RoleStore).load(organizationId),
        bans: bans.list().length,
      };
    },
    /** How many accounts there are. */
    users: async (): Promise<number> => (await server.users.list({ limit: 1000 })).length,
    /** How many organizations there are. */
    organizations: (): number => server.organizations.list().length,
    invite: async (): Promise<string> => (await server.organization().invites.create({})).code,
  };
}
