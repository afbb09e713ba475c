import type { InviteRecord } from '@sidetone/core';
import { defineCommand, type Command } from './command.js';
import { duration, limit, texts, word } from './field.js';
import { findOrganization, findRole, org, rolesOf } from './look-up.js';
import { showTable, showTime } from './show.js';

type Invite = Omit<InviteRecord, 'codeHash'>;

function withoutHash({ codeHash: _codeHash, ...rest }: InviteRecord): Invite {
  return rest;
}

const create = defineCommand({
  name: 'invite create',
  summary: 'make a code with which people register, or become members',
  fields: {
    org,
    uses: limit('how many it is good for; without it, 1'),
    for: duration('how long it is good for; without it, 7d:'),
    role: texts('role', 'what who uses it is given; may be given several times'),
  },
  async run(administration, { org, uses, for: durationMs, role = [] }) {
    const organization = findOrganization(administration, org);
    const roles = await Promise.all(
      role.map((each) => findRole(rolesOf(administration, organization), each)),
    );
    const { invite, code } = await organization.invites.create({
      ...(uses === undefined ? {} : { maxUses: uses }),
      ...(durationMs === undefined ? {} : { durationMs }),
      roleIds: roles.map(({ id }) => id),
    });
    return { ...withoutHash(invite), code };
  },
  show: ({ code, expiresAt, id }: Invite & { code: string }) =>
    `Code, shown once: ${code}\nGood ${expiresAt === null ? 'for ever' : `until ${showTime(expiresAt, '')}`} (${id}).`,
});

const list = defineCommand({
  name: 'invite list',
  summary: 'invites, newest first; those too that are good no more',
  fields: { org },
  run: async (administration, { org }) => {
    const invites = await findOrganization(administration, org).invites.list();
    return invites.map(({ invite, uses }) => ({ ...withoutHash(invite), uses }));
  },
  show: (invites: readonly (Invite & { uses: number })[]) =>
    showTable(
      invites,
      {
        used: ({ uses, maxUses }) => `${uses} of ${maxUses ?? 'any'}`,
        until: ({ expiresAt }) => showTime(expiresAt, 'for ever'),
        by: ({ createdBy }) => createdBy,
        id: ({ id }) => id,
      },
      'There is none.',
    ),
});

const revoke = defineCommand({
  name: 'invite revoke',
  summary: 'make a code good for nothing',
  fields: { invite: word('invite', 'its id'), org },
  run: async (administration, { invite, org }) => {
    await findOrganization(administration, org).invites.revoke(invite);
    return { invite };
  },
  show: () => 'The invite is revoked.',
});

export const inviteCommands: readonly Command[] = [create, list, revoke];
