import { hashInviteCode, type InviteUse } from '@sidetone/core';
import { isVoiceError, WireError } from '@sidetone/protocol';
import type { RegistrationParts } from '../account/parts.js';
import { reachStore } from '../store/reach-store.js';

type InvitationParts = Pick<RegistrationParts, 'invites' | 'members' | 'roles' | 'clock'>;

/** An invite in the hands of somebody who registers with it. */
export class Invitation {
  readonly #parts: InvitationParts;
  readonly #found: InviteUse;

  private constructor(parts: InvitationParts, found: InviteUse) {
    this.#parts = parts;
    this.#found = found;
  }

  /** `null`: nobody gave out such a code. One that is used up or past its time is found, too. */
  static async find(parts: InvitationParts, code: string): Promise<Invitation | null> {
    const codeHash = hashInviteCode(code);
    const found = await reachStore(parts.clock, () => parts.invites.findByCode(codeHash));
    return found && new Invitation(parts, found);
  }

  /** Throws ACCESS_DENIED unless it is good for one more user now. */
  requireFree(): void {
    const { invite, uses } = this.#found;
    const isPast = invite.expiresAt !== null && invite.expiresAt <= this.#parts.clock.wallTime();
    if (isPast || (invite.maxUses !== null && uses >= invite.maxUses)) throw notGood();
  }

  /** Counts the user, once. Throws ACCESS_DENIED where others have used it up. */
  async use(userId: string): Promise<void> {
    const { organizationId, id } = this.#found.invite;
    const { invites, clock } = this.#parts;
    const now = clock.wallTime();
    const used = await reachStore(clock, () => invites.use(organizationId, id, userId, now));
    if (!used) throw notGood();
  }

  /** Makes the user a member with the roles of the invite, unless they are. */
  async enter(userId: string): Promise<void> {
    const { organizationId, roleIds } = this.#found.invite;
    const { members, roles, clock } = this.#parts;
    await reachStore(clock, async () => {
      if ((await members.get(organizationId, userId)) === null) {
        const joinedAt = clock.wallTime();
        await members.put({ organizationId, userId, displayName: null, joinedAt, version: 0 });
      }
    });
    for (const roleId of roleIds) {
      const assigned = reachStore(clock, () => roles.assign({ organizationId, roleId, userId }));
      await assigned.catch(unlessGone);
    }
  }
}

export function notGood(): WireError {
  return new WireError(
    'ACCESS_DENIED',
    'an account is made with an invite, and this one is not good or not good any more: ask for another',
  );
}

/** A role may have been deleted since the invite was given out. */
function unlessGone(error: unknown): void {
  if (!isVoiceError(error) || error.code !== 'ERR_STORE_REFERENCE') throw error;
}
