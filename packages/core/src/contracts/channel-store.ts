import { createToken, type Token } from '../token.js';

/** A channel as it is kept. Occupants are never stored. */
export interface ChannelRecord {
  readonly id: string;
  readonly organizationId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly topic: string;
  readonly position: number;
  readonly participantLimit: number | null;
}

/**
 * Keeps the permanent channels of organizations. Temporary ones never reach it. A write that
 * resolves is kept; one that rejects has changed nothing. Writing the same record twice is the
 * same as once.
 */
export interface ChannelStore {
  /** All channels of one organization, in no order. */
  load(organizationId: string): Promise<readonly ChannelRecord[]>;
  /** Creates it or replaces what has its id. */
  put(record: ChannelRecord): Promise<void>;
  /** Removes it; an unknown id is no error. The caller removes a subtree one by one, leaves first. */
  delete(organizationId: string, channelId: string): Promise<void>;
}

export const ChannelStore: Token<ChannelStore> = createToken('ChannelStore');
