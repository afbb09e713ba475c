import type { SidetoneServer } from '@sidetone/core';
import { Roles } from '@sidetone/plugin-acl';
import { Passwords } from '@sidetone/plugin-password';
import { isVoiceError } from '@sidetone/protocol';

export interface FirstAdministrator {
  readonly name: string;
  /** In clear here alone. */
  readonly passphrase: string;
}

const NAME = 'admin';
const ACTOR = 'first start';

/**
 * Makes an administrator of the server where there is no account at all, who is Admin of its own
 * organization as well; `null` where there is an account. Of several
 * servers that start on one empty database one makes it.
 *
 * The passphrase has to be changed at the first sign-in: what a service writes to its terminal is
 * kept in journals that others read.
 */
export async function createFirstAdministrator(
  server: SidetoneServer,
): Promise<FirstAdministrator | null> {
  if ((await server.users.list({ limit: 1 })).length > 0) return null;
  const users = server.users.as(ACTOR);
  try {
    const { id } = await users.create({ name: NAME, administrator: true });
    await makeAdmin(server, id);
    // As long as it has none, somebody else may have asked and found an account.
    return { name: NAME, passphrase: await server.get(Passwords).setTemporary(id) };
  } catch (error) {
    if (isVoiceError(error) && error.code === 'ALREADY_EXISTS') return null;
    throw error;
  }
}

/** An administrator of the server needs no role; the organization is to be left to others one day. */
async function makeAdmin(server: SidetoneServer, userId: string): Promise<void> {
  const roles = server.get(Roles).organization(server.organization().id).as(ACTOR);
  const admin = await roles.find('Admin');
  // Somebody may have made other roles than those that an organization begins with.
  if (admin !== null) await roles.assign(admin.id, userId);
}
