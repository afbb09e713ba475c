import type { MemberRecord, OrganizationRecord } from '@sidetone/core';
import { Roles } from '@sidetone/plugin-acl';
import { defineCommand, type Administration, type Command } from './command.js';
import { choice, integer, limit, text, word } from './field.js';
import { findOrganization, findUser, org } from './look-up.js';
import { showTable, showTime } from './show.js';

const organization = word('organization', 'by name or id');
const admission = choice(
  ['open', 'members'],
  'who may sign in: everybody, or members alone (the default)',
);
const participants = limit('sessions at a time');
const channels = limit('channels at a time');

interface Limits {
  readonly participants: number | null | undefined;
  readonly channels: number | null | undefined;
}

function limitsOf({ participants, channels }: Limits): {
  participantLimit?: number | null;
  channelLimit?: number | null;
} {
  return {
    ...(participants === undefined ? {} : { participantLimit: participants }),
    ...(channels === undefined ? {} : { channelLimit: channels }),
  };
}

const add = defineCommand({
  name: 'org add',
  summary: 'make an organization, which is empty',
  fields: { name: word('name', 'what it is called'), admission, participants, channels },
  run: ({ server, actor }, { name, admission, ...limits }) =>
    server.organizations
      .as(actor)
      .create({ name, ...(admission === undefined ? {} : { admission }), ...limitsOf(limits) }),
  show: ({ name, id }: OrganizationRecord) => `"${name}" is there (${id}).`,
});

interface ListedOrganization extends OrganizationRecord {
  readonly sessions: number;
  /** Users whom a role makes administrators. */
  readonly administrators: number;
}

const list = defineCommand({
  name: 'org list',
  summary: 'all organizations',
  fields: {},
  run: ({ server }) =>
    Promise.all(
      server.organizations.list().map(async (record) => ({
        ...record,
        sessions: server.organization(record.id).participants.list().length,
        administrators: (await server.get(Roles).organization(record.id).administrators()).size,
      })),
    ),
  show: (records: readonly ListedOrganization[]) =>
    showTable(
      records,
      {
        name: ({ name }) => name,
        admission: ({ admission }) => admission,
        sessions: ({ sessions }) => sessions,
        administrators: ({ administrators }) => administrators,
        participants: ({ participantLimit }) => participantLimit,
        channels: ({ channelLimit }) => channelLimit,
        id: ({ id }) => id,
      },
      'There is none.',
    ),
});

const update = defineCommand({
  name: 'org update',
  summary: 'change an organization; with --admission members everybody else is signed out',
  fields: {
    organization,
    name: text('name', 'what it is called from now on'),
    admission,
    participants,
    channels,
  },
  run: async (administration, { organization, name, admission, ...limits }) => {
    const { id } = findOrganization(administration, organization);
    return administration.server.organizations.as(administration.actor).update(id, {
      ...(name === undefined ? {} : { name }),
      ...(admission === undefined ? {} : { admission }),
      ...limitsOf(limits),
    });
  },
  show: ({ name }: OrganizationRecord) => `"${name}" is changed.`,
});

const remove = defineCommand({
  name: 'org delete',
  summary: 'delete an organization with its channels, members, roles, bans and invites',
  fields: { organization },
  warning: ({ organization }) =>
    `Delete the organization "${organization}" with its channels, members, roles, bans and invites?`,
  run: async (administration, { organization }) => {
    const { id, name } = findOrganization(administration, organization);
    await administration.server.organizations.as(administration.actor).delete(id);
    return { id, name };
  },
  show: ({ name }: { name: string }) => `"${name}" is deleted.`,
});

const memberAdd = defineCommand({
  name: 'org member add',
  summary: 'make a user a member, or give a member another name',
  fields: {
    user: word('user', 'by name or id'),
    org,
    displayName: text('name', 'what others see there; without it, as everywhere'),
  },
  run: async (administration, { user, org, displayName = null }) => {
    const account = await findUser(administration, user);
    const { members, name } = findOrganization(administration, org);
    return {
      user: account.name,
      organization: name,
      member: await members.put(account.id, { displayName }),
    };
  },
  show: (added: { user: string; organization: string }) =>
    `"${added.user}" is a member of "${added.organization}".`,
});

const memberRemove = defineCommand({
  name: 'org member remove',
  summary: 'take a membership back, with the roles that went with it',
  fields: { user: word('user', 'by name or id'), org },
  run: async (administration, { user, org }) => {
    const account = await findUser(administration, user);
    const { members, name } = findOrganization(administration, org);
    await members.remove(account.id);
    return { user: account.name, organization: name };
  },
  show: (removed: { user: string; organization: string }) =>
    `"${removed.user}" is no member of "${removed.organization}" any more.`,
});

const memberList = defineCommand({
  name: 'org member list',
  summary: 'members, in the order of their ids',
  fields: {
    org,
    after: text('id', 'the last id of the page before'),
    limit: integer(1, 1000, 'how many at most; without it, 100'),
  },
  run: async (administration, { org, after, limit = 100 }) => {
    const { members } = findOrganization(administration, org);
    const records = await members.list(after === undefined ? { limit } : { after, limit });
    return Promise.all(records.map((record) => withName(administration, record)));
  },
  show: (members: readonly NamedMember[]) =>
    showTable(
      members,
      {
        name: ({ name }) => name,
        shown: ({ displayName }) => displayName,
        since: ({ joinedAt }) => showTime(joinedAt, ''),
        id: ({ userId }) => userId,
      },
      'There is nobody.',
    ),
});

type NamedMember = MemberRecord & { readonly name: string | null };

async function withName({ server }: Administration, record: MemberRecord): Promise<NamedMember> {
  return { ...record, name: (await server.users.get(record.userId))?.name ?? null };
}

export const orgCommands: readonly Command[] = [
  add,
  list,
  update,
  remove,
  memberAdd,
  memberRemove,
  memberList,
];
