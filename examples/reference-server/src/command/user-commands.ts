import type { AccountRecord } from '@sidetone/core';
import { Passwords } from '@sidetone/plugin-password';
import { defineCommand, type Administration, type Command } from './command.js';
import { CommandFailure } from './command-failure.js';
import { flag, integer, text, word } from './field.js';
import { findUser } from './look-up.js';
import { showTable, showTime } from './show.js';

const user = word('user', 'by name or id');
const generate = flag('make a passphrase, which is shown once and has to be changed');

interface WithPassphrase {
  readonly user: AccountRecord;
  /** Shown once, kept nowhere in clear. */
  readonly passphrase?: string;
}

async function setPassword(
  { server }: Administration,
  userId: string,
  {
    password,
    generate = false,
  }: { readonly password?: string; readonly generate?: boolean | undefined },
): Promise<{ readonly passphrase?: string }> {
  const passwords = server.get(Passwords);
  if (generate) return { passphrase: await passwords.setTemporary(userId) };
  if (password === undefined) throw new CommandFailure('INVALID_PARAMS', 'there is no password');
  await passwords.set(userId, password);
  return {};
}

const add = defineCommand({
  name: 'user add',
  summary: 'make an account',
  fields: {
    name: word('name', 'to sign in with'),
    displayName: text('name', 'what others see; without it, the name to sign in with'),
    administrator: flag('may administer the whole server'),
    generate,
    noPassword: flag('without a password: nobody signs in with one until it has one'),
  },
  passwordUnless: ['generate', 'noPassword'],
  async run(administration, { name, displayName, administrator = false, ...given }) {
    const users = administration.server.users.as(administration.actor);
    const draft = displayName === undefined ? { name } : { name, displayName };
    const account = await users.create({ ...draft, administrator });
    if (given.noPassword === true) return { user: account };
    try {
      return { user: account, ...(await setPassword(administration, account.id, given)) };
    } catch (error) {
      // Else the next try would find the name taken.
      await users.delete(account.id);
      throw error;
    }
  },
  show: ({ user: { id, name }, passphrase }: WithPassphrase) =>
    `"${name}" is there (${id}).${showPassphrase(passphrase)}`,
});

const password = defineCommand({
  name: 'user password',
  summary: 'give a user another password, which ends their sessions',
  fields: { user, generate },
  passwordUnless: ['generate'],
  async run(administration, { user: nameOrId, ...given }) {
    const account = await findUser(administration, nameOrId);
    return { user: account, ...(await setPassword(administration, account.id, given)) };
  },
  show: ({ user: { name }, passphrase }: WithPassphrase) =>
    `"${name}" has another password.${showPassphrase(passphrase)}`,
});

function showPassphrase(passphrase: string | undefined): string {
  return passphrase === undefined
    ? ''
    : `\nPassphrase, shown once and to be changed at the first sign-in: ${passphrase}`;
}

const list = defineCommand({
  name: 'user list',
  summary: 'accounts, in the order of ids',
  fields: {
    after: text('id', 'the last id of the page before'),
    limit: integer(1, 1000, 'how many at most; without it, 100'),
  },
  run: ({ server }, { after, limit = 100 }) =>
    server.users.list(after === undefined ? { limit } : { after, limit }),
  show: (users: readonly AccountRecord[]) =>
    showTable(
      users,
      {
        name: ({ name }) => name,
        shown: ({ displayName }) => displayName,
        state: ({ disabled }) => (disabled ? 'disabled' : 'enabled'),
        rights: ({ administrator }) => (administrator ? 'administrator' : '-'),
        id: ({ id }) => id,
      },
      'There is nobody.',
    ),
});

const show = defineCommand({
  name: 'user show',
  summary: 'one account, and who they are where',
  fields: { user },
  async run(administration, { user: nameOrId }) {
    const account = await findUser(administration, nameOrId);
    const { server } = administration;
    const memberOf: string[] = [];
    const sessions: string[] = [];
    for (const { id, name } of server.organizations.list()) {
      const { members, participants } = server.organization(id);
      if ((await members.get(account.id)) !== null) memberOf.push(name);
      const here = participants.list().filter(({ user }) => user.id === account.id);
      sessions.push(...here.map(({ session }) => `${session} in ${name}`));
    }
    return { ...account, memberOf, sessions };
  },
  show: (account: AccountRecord & { memberOf: string[]; sessions: string[] }) =>
    [
      `name           ${account.name}`,
      `shown as       ${account.displayName}`,
      `id             ${account.id}`,
      `state          ${account.disabled ? 'disabled' : 'enabled'}`,
      `administrator  ${account.administrator ? 'yes' : 'no'}`,
      `made           ${showTime(account.createdAt, '')}`,
      `member of      ${account.memberOf.join(', ') || 'nothing'}`,
      `sessions       ${account.sessions.join(', ') || 'none'}`,
    ].join('\n'),
});

const disable = defineCommand({
  name: 'user disable',
  summary: 'keep a user from signing in, and end their sessions',
  fields: { user },
  run: async (administration, { user: nameOrId }) => {
    const { id } = await findUser(administration, nameOrId);
    return administration.server.users.as(administration.actor).disable(id);
  },
  show: ({ name }: AccountRecord) => `"${name}" may not sign in any more.`,
});

const enable = defineCommand({
  name: 'user enable',
  summary: 'let a disabled user sign in again',
  fields: { user },
  run: async (administration, { user: nameOrId }) => {
    const { id } = await findUser(administration, nameOrId);
    return administration.server.users.as(administration.actor).enable(id);
  },
  show: ({ name }: AccountRecord) => `"${name}" may sign in.`,
});

const remove = defineCommand({
  name: 'user delete',
  summary: 'delete an account with all that hangs on it',
  fields: { user },
  warning: ({ user: nameOrId }) => `Delete the account "${nameOrId}" with all that hangs on it?`,
  run: async (administration, { user: nameOrId }) => {
    const account = await findUser(administration, nameOrId);
    await administration.server.users.as(administration.actor).delete(account.id);
    return account;
  },
  show: ({ name }: AccountRecord) => `"${name}" is deleted.`,
});

export const userCommands: readonly Command[] = [
  add,
  list,
  show,
  disable,
  enable,
  remove,
  password,
];
