import type { OverrideRecord, OverrideSubject } from '@sidetone/core';
import type { OrganizationRoleApi } from '@sidetone/plugin-acl';
import { defineCommand, type Administration, type Command } from './command.js';
import { CommandFailure } from './command-failure.js';
import { flag, text, texts, word } from './field.js';
import { findChannel, findOrganization, findRole, findUser, org, rolesOf } from './look-up.js';
import { showTable } from './show.js';

const channel = word('channel', 'by name or id');
const role = text('role', 'whom it is about: a role, by name or id');
const user = text('user', 'whom it is about: a member, by name or id');

/** Whom it is about: one of the two that were given. */
async function subjectOf(
  administration: Administration,
  roles: OrganizationRoleApi,
  { role, user }: { readonly role: string | undefined; readonly user: string | undefined },
): Promise<OverrideSubject> {
  if (role !== undefined && user === undefined) {
    return { kind: 'role', id: (await findRole(roles, role)).id };
  }
  if (user !== undefined && role === undefined) {
    return { kind: 'user', id: (await findUser(administration, user)).id };
  }
  throw new CommandFailure('INVALID_PARAMS', 'name whom it is about: --role or --user');
}

const set = defineCommand({
  name: 'role override set',
  summary: 'say what a role or a member may and may not do at a channel, in place of what was said',
  fields: {
    channel,
    org,
    role,
    user,
    allow: texts('permission', 'what is allowed; may be given several times'),
    deny: texts('permission', 'what is denied; may be given several times'),
    here: flag('holds at the channel itself; without it and --below, both'),
    below: flag('holds in all channels below it'),
  },
  async run(administration, { channel, org, allow = [], deny = [], here, below, ...about }) {
    const organization = findOrganization(administration, org);
    const roles = rolesOf(administration, organization);
    const both = here === undefined && below === undefined;
    return roles.setOverride({
      channelId: findChannel(organization, channel).id,
      subject: await subjectOf(administration, roles, about),
      allow: [...new Set(allow)],
      deny: [...new Set(deny)],
      here: here ?? both,
      below: below ?? both,
    });
  },
  show: () => 'It holds.',
});

const remove = defineCommand({
  name: 'role override remove',
  summary: 'take back what was said of a role or a member at a channel',
  fields: { channel, org, role, user },
  async run(administration, { channel, org, ...about }) {
    const organization = findOrganization(administration, org);
    const roles = rolesOf(administration, organization);
    const subject = await subjectOf(administration, roles, about);
    await roles.removeOverride(findChannel(organization, channel).id, subject);
    return { subject };
  },
  show: () => 'It holds no more.',
});

interface OverrideLine extends OverrideRecord {
  readonly channel: string;
  readonly about: string;
}

const list = defineCommand({
  name: 'role override list',
  summary: 'what is different at channels',
  fields: { org },
  async run(administration, { org }) {
    const organization = findOrganization(administration, org);
    const { overrides, roles } = await rolesOf(administration, organization).list();
    const names = new Map(roles.map(({ id, name }) => [id, name]));
    const lines: OverrideLine[] = [];
    for (const each of overrides) {
      const { kind, id } = each.subject;
      const name =
        kind === 'role' ? names.get(id) : (await administration.server.users.get(id))?.name;
      const at = organization.channels.get(each.channelId)?.name ?? each.channelId;
      lines.push({ ...each, channel: at, about: `${kind} ${name ?? id}` });
    }
    return lines.sort((a, b) => a.channel.localeCompare(b.channel));
  },
  show: (overrides: readonly OverrideLine[]) =>
    showTable(
      overrides,
      {
        channel: ({ channel }) => channel,
        about: ({ about }) => about,
        allows: ({ allow }) => allow.join(', ') || null,
        denies: ({ deny }) => deny.join(', ') || null,
        where: ({ here, below }) =>
          [...(here ? ['here'] : []), ...(below ? ['below'] : [])].join(' and '),
      },
      'There is none.',
    ),
});

export const overrideCommands: readonly Command[] = [set, remove, list];
