import { AccessPolicy, type AccessDecision, type PermissionName } from '@sidetone/core';
import { defineCommand, type Command } from './command.js';
import { optionalWord, word } from './field.js';
import { findChannel, findOrganization, findUser, org } from './look-up.js';

const EVERYTHING = { allows: () => true };

/** As the user would be who signs in now, without what credentials of other programs may grant. */
export const explainCommand: Command = defineCommand({
  name: 'role explain',
  summary: 'say whether a user may do something, and why',
  fields: {
    user: word('user', 'by name or id'),
    permission: word('permission', 'for instance SPEAK'),
    channel: optionalWord('channel', 'by name or id; without it, at the organization'),
    org,
  },
  async run(administration, { user, permission, channel, org }) {
    const organization = findOrganization(administration, org);
    const { id: userId, displayName, administrator } = await findUser(administration, user);
    const access = await administration.server.get(AccessPolicy).load({
      sessionId: null,
      organizationId: organization.id,
      identity: { userId, displayName, administrator, guest: false },
    });
    const scope = channel === undefined ? {} : { channelId: findChannel(organization, channel).id };
    // Names that nothing has are allowed to nobody, and the answer says so.
    return access.explain(permission as PermissionName, scope, EVERYTHING);
  },
  show: ({ allowed, because }: AccessDecision) =>
    [allowed ? 'yes' : 'no', ...because.map(({ text }) => `  ${text}`)].join('\n'),
});
