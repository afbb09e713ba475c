import type { BanRecord, BansApi } from '@sidetone/core';
import { defineCommand, type Administration, type Command } from './command.js';
import { duration, text, word } from './field.js';
import { findOrganization, findUser, ID, org } from './look-up.js';
import { showTable, showTime } from './show.js';

const reason = text('text', 'what who is banned is told');
const during = duration('how long; without it, for good:');

interface Terms {
  readonly reason: string | undefined;
  readonly during: number | null | undefined;
}

function termsOf({ reason, during }: Terms): { reason?: string; durationMs?: number } {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(typeof during === 'number' ? { durationMs: during } : {}),
  };
}

const addUser = defineCommand({
  name: 'ban add user',
  summary: 'keep a user out, and end their sessions',
  fields: { user: word('user', 'by name or id; a guest by id'), org, reason, for: during },
  run: async (administration, { user, org, reason, for: during }) =>
    bansOf(administration, org).add({
      userId: await userIdOf(administration, user),
      ...termsOf({ reason, during }),
    }),
  show: showAdded,
});

/** Guests, and who has no account any more, are banned by their id. */
async function userIdOf(administration: Administration, nameOrId: string): Promise<string> {
  if (ID.test(nameOrId)) return nameOrId;
  return (await findUser(administration, nameOrId)).id;
}

const addNetwork = defineCommand({
  name: 'ban add network',
  summary: 'keep an address or a network out, and end its sessions',
  fields: { network: word('network', 'for instance 203.0.113.0/24'), org, reason, for: during },
  run: async (administration, { network, org, reason, for: during }) =>
    bansOf(administration, org).add({ network, ...termsOf({ reason, during }) }),
  show: showAdded,
});

const list = defineCommand({
  name: 'ban list',
  summary: 'bans that hold, newest first',
  fields: { org },
  run: async (administration, { org }) => {
    const bans = bansOf(administration, org).list();
    return Promise.all(
      bans.map(async (ban) => ({ ...ban, about: await aboutOf(administration, ban) })),
    );
  },
  show: (bans: readonly (BanRecord & { about: string })[]) =>
    showTable(
      bans,
      {
        about: ({ about }) => about,
        until: ({ expiresAt }) => showTime(expiresAt, 'for good'),
        reason: ({ reason }) => reason || null,
        by: ({ createdBy }) => createdBy,
        id: ({ id }) => id,
      },
      'Nobody is banned.',
    ),
});

async function aboutOf({ server }: Administration, { subject }: BanRecord): Promise<string> {
  if (subject.kind === 'network') return subject.network;
  return (await server.users.get(subject.userId))?.name ?? subject.userId;
}

const lift = defineCommand({
  name: 'ban lift',
  summary: 'let whom a ban is about in again',
  fields: { ban: word('ban', 'its id'), org },
  run: async (administration, { ban, org }) => {
    await bansOf(administration, org).lift(ban);
    return { ban };
  },
  show: () => 'The ban is lifted.',
});

function bansOf(administration: Administration, org: string | undefined): BansApi {
  return findOrganization(administration, org).bans;
}

function showAdded({ id, expiresAt }: BanRecord): string {
  return `Banned ${expiresAt === null ? 'for good' : `until ${showTime(expiresAt, '')}`} (${id}).`;
}

export const banCommands: readonly Command[] = [addUser, addNetwork, list, lift];
