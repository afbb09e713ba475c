import {
  foldName,
  RoleStore,
  type AccountRecord,
  type OrganizationApi,
  type RoleRecord,
} from '@sidetone/core';
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

export async function findRole(
  { server }: Administration,
  organization: OrganizationApi,
  nameOrId: string,
): Promise<RoleRecord> {
  const { roles } = await server.get(RoleStore).load(organization.id);
  const wanted = foldName(nameOrId);
  const role = roles.find(({ id, name }) => id === wanted || foldName(name) === wanted);
  if (role !== undefined) return role;
  throw notFound(`there is no role "${nameOrId}"; look at: sidetone role list`);
}

function notFound(message: string): CommandFailure {
  return new CommandFailure('NOT_FOUND', message);
}
