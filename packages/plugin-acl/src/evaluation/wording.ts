import type { AccessRule, PermissionName } from '@sidetone/core';
import type { PlainReason } from './decide.js';
import type { IndexedPart, IndexedRole, RoleIndex } from './role-index.js';
import type { Reason } from './verdict.js';

export const plainTexts: Readonly<Record<PlainReason, string>> = {
  noChannel: 'there is no such channel, or none to be seen',
  noParticipant: 'there is no such participant, or none to be seen',
  oneself: 'nobody needs it for themselves',
};

/** What others have is for those who manage roles. */
const ABOVE: Reason = Object.freeze({
  text: 'the other stands above the user',
  effect: 'deny',
  hidden: true,
});

/** The name of a channel, or `null` where it is not to be told. */
export type ChannelNames = (channelId: string) => string | null;

export interface WordingParts {
  readonly index: RoleIndex;
  readonly userId: string;
  readonly nameOf: ChannelNames;
  /** Whether who asks may know which roles others have. */
  readonly namesOthers: boolean;
}

/** Puts what the walk comes across into words. */
export class Wording {
  readonly #parts: WordingParts;

  constructor(parts: WordingParts) {
    this.#parts = parts;
  }

  role({ record: { id, name } }: IndexedRole, permission: PermissionName): Reason {
    const text = `role "${name}" has ${permission}`;
    return { text, effect: 'allow', rules: [{ kind: 'role', permission, roleId: id }] };
  }

  override(part: IndexedPart, permission: PermissionName, isHere: boolean): Reason {
    const { override, effect } = part;
    const { kind, id } = override.subject;
    const whom =
      kind === 'user' ? 'the user' : `role "${this.#parts.index.role(id)?.record.name ?? id}"`;
    const what = `${effect === 'allow' ? 'allowed' : 'denied'} ${permission}`;
    const about = kind === 'user' ? { userId: id } : { roleId: id };
    const rule: AccessRule = {
      kind: 'override',
      permission,
      ...about,
      channelId: override.channelId,
    };
    return this.#at(override.channelId, effect, rule, (place) => {
      return `${whom} is ${what} ${isHere ? 'at' : 'below'} ${place}`;
    });
  }

  seal(channelId: string, permission: PermissionName): Reason {
    const rule: AccessRule = { kind: 'seal', permission, channelId };
    return this.#at(channelId, 'deny', rule, (place) => {
      return `${place} takes no overrides from above`;
    });
  }

  /** Of the whole server. */
  administrator(userId: string): Reason {
    if (userId !== this.#parts.userId && !this.#parts.namesOthers) return ABOVE;
    const rule: AccessRule = { kind: 'administrator', permission: 'ADMINISTER', userId };
    const whom = userId === this.#parts.userId ? 'the user' : 'the other';
    return { text: `${whom} administers the server`, effect: 'allow', rules: [rule] };
  }

  rank({ record: { id, name, rank } }: IndexedRole, permission: PermissionName): Reason {
    if (!this.#parts.namesOthers) return ABOVE;
    const text = `the other has role "${name}", which stands above the user at rank ${rank}`;
    return { text, effect: 'deny', rules: [{ kind: 'rank', permission, roleId: id }] };
  }

  #at(
    channelId: string,
    effect: Reason['effect'],
    rule: AccessRule,
    tell: (place: string) => string,
  ): Reason {
    const name = this.#parts.nameOf(channelId);
    const text = tell(name === null ? 'a channel that you cannot see' : `"${name}"`);
    return { text, effect, rules: [rule], ...(name === null ? { hidden: true } : {}) };
  }
}
