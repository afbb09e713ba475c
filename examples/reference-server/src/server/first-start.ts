import type { SidetoneServer } from '@sidetone/core';
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
 * Makes an administrator where there is no account at all; `null` where there is one. Of several
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
    // As long as it has none, somebody else may have asked and found an account.
    return { name: NAME, passphrase: await server.get(Passwords).setTemporary(id) };
  } catch (error) {
    if (isVoiceError(error) && error.code === 'ALREADY_EXISTS') return null;
    throw error;
  }
}
