import type { NetPolicy } from '@sidetone/protocol';
import { createToken, type Token } from '../token.js';
import type { Portable, Versioned } from './stored-record.js';

/** A channel as it is kept. Occupants are never stored. */
export interface ChannelRecord extends Versioned {
  readonly id: string;
  readonly organizationId: string;
  readonly parentId: string | null;
  /** Two channels may have the same one, as far as the store goes. */
  readonly name: string;
  readonly topic: string;
  /** 0 to 65,535. */
  readonly position: number;
  /** `null`: any number. */
  readonly participantLimit: number | null;
  /** Made by a `PasswordHasher`; `null`: joining asks for none. */
  readonly passwordHash: string | null;
  readonly net: NetPolicy;
}

/**
 * Keeps the permanent channels of organizations. Temporary ones never reach it. Exports `channel`,
 * parents before those below them.
 */
export interface ChannelStore extends Portable {
  /** All channels of one organization, by position, then by id. */
  load(organizationId: string): Promise<readonly ChannelRecord[]>;
  /**
   * `ERR_STORE_REFERENCE` for an organization or a parent that is not there, `ERR_STORE_CONFLICT`
   * for a channel that would be below itself, also when two writes at once would bring that about.
   */
  put(record: ChannelRecord): Promise<number>;
  /**
   * The channel, all below it, and what there is at them for roles: all at once or not at all. The
   * channels above stay.
   */
  deleteSubtree(organizationId: string, channelId: string): Promise<void>;
}

export const ChannelStore: Token<ChannelStore> = createToken('ChannelStore');
