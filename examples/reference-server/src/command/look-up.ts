import type { AccountRecord, OrganizationApi, RoleRecord } from '@sidetone/core';
import { Roles, type OrganizationRoleApi } from '@sidetone/plugin-acl';
import type { ChannelView } from '@sidetone/protocol';
import type { Administration } from './command.js';
import { CommandFailure } from './command-failure.js';
import { text, type Field } from './field.js';

export const ID: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** For every command that is about one organization. */
export const org: Field<string | undefined> = text(
  'organization',
  'by name or id; without it, the own one of the server',
);

export async function findUser(
  { server }: Administration,
  nameOrId: string,
): Promise<AccountRecord> {
  const byId = ID.test(nameOrId) ? await server.users.get(nameOrId) : null;
  const user = byId ?? (await server.users.find(nameOrId));
  if (user !== null) return user;
  throw notFound(`there is no user "${nameOrId}"; look at: sidetone user list`);
}

export function findOrganization(
  { server, actor }: Administration,
  nameOrId: string | undefined,
): OrganizationApi {
  if (nameOrId !== undefined && server.organizations.get(nameOrId) === undefined) {
    throw notFound(`there is no organization "${nameOrId}"; look at: sidetone org list`);
  }
  return server.organization(nameOrId).as(actor);
}

export function findChannel({ channels }: OrganizationApi, nameOrId: string): ChannelView {
  const channel = channels.get(nameOrId) ?? channels.find(nameOrId);
  if (channel !== undefined) return channel;
  throw notFound(
    `there is no channel "${nameOrId}", or several; look at the ids of: sidetone channel list`,
  );
}

/** Roles of one organization, changed under the name of who gave the command. */
export function rolesOf(
  { server, actor }: Administration,
  { id }: OrganizationApi,
): OrganizationRoleApi {
  return server.get(Roles).organization(id).as(actor);
}

export async function findRole(roles: OrganizationRoleApi, nameOrId: string): Promise<RoleRecord> {
  const role = await roles.find(nameOrId);
  if (role !== null) return role;
  throw notFound(
    `there is no role "${nameOrId}"; look at: sidetone role list. Those that an organization begins with are made by: sidetone org template apply basic`,
  );
}

function notFound(message: string): CommandFailure {
  return new CommandFailure('NOT_FOUND', message);
}
