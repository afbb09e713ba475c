import { randomUUID } from 'node:crypto';
import type { AccountRecord, AccountStore, Clock } from '@sidetone/core';
import { isVoiceError } from '@sidetone/protocol';

const MAX_NAME_LENGTH = 80;
/** Of the id, enough to tell people of one name apart. */
const ID_LENGTH = 8;
/** Somebody else was quicker, with this account or with another of its name. */
const OVERTAKEN: readonly string[] = ['ERR_STORE_CONFLICT', 'ERR_STORE_VERSION'];
const MAX_ROUNDS = 4;

interface TokenAccountsParts {
  readonly accounts: AccountStore;
  readonly clock: Clock;
}

/** Somebody whose token was good. */
export interface TokenUser {
  readonly userId: string;
  readonly displayName: string;
}

/**
 * Accounts of those who sign in with tokens, made when they come for the first time. Settings, roles
 * and memberships refer to them; there is no credential, so nobody signs in with their names.
 */
export class TokenAccounts {
  readonly #parts: TokenAccountsParts;

  constructor(parts: TokenAccountsParts) {
    this.#parts = parts;
  }

  /** The account, under the name that the token shows. Rejects with what the store says. */
  async of(user: TokenUser): Promise<AccountRecord> {
    for (let round = 1; ; round++) {
      try {
        return await this.#try(user, round);
      } catch (error) {
        const overtaken = isVoiceError(error) && OVERTAKEN.includes(error.code);
        if (!overtaken || round === MAX_ROUNDS) throw error;
      }
    }
  }

  async #try({ userId, displayName }: TokenUser, round: number): Promise<AccountRecord> {
    const { accounts, clock } = this.#parts;
    const present = await accounts.get(userId);
    if (present?.displayName === displayName || present?.disabled === true) return present;
    const record = present
      ? { ...present, displayName }
      : {
          id: userId,
          name: nameOf(displayName, round === 1 ? userId.slice(0, ID_LENGTH) : randomUUID()),
          displayName,
          disabled: false,
          administrator: false,
          createdAt: clock.wallTime(),
          version: 0,
        };
    return { ...record, version: await accounts.put(record) };
  }
}

/** For people who administer: by it they find the account. */
function nameOf(displayName: string, mark: string): string {
  const room = MAX_NAME_LENGTH - mark.length - 1;
  return `${[...displayName].slice(0, Math.floor(room / 2)).join('')} ${mark}`;
}
