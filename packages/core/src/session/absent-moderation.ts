import type { Membership } from './membership.js';

type Moderation = Pick<Membership, 'mutedByModerator' | 'deafenedByModerator'>;

/** Only moderators add to them, one for each whom they have muted or deafened. */
const MOST = 16_384;

/**
 * What moderators have done to people in channels that these have left: nobody shakes off a mute by
 * walking out and in again. While the process lives; the longest away make room.
 */
export class AbsentModeration {
  readonly #kept = new Map<string, Moderation>();

  left(channelId: string, userId: string, membership: Moderation): void {
    const { mutedByModerator, deafenedByModerator } = membership;
    if (!mutedByModerator && !deafenedByModerator) return;
    const key = keyOf(channelId, userId);
    this.#kept.delete(key);
    this.#kept.set(key, { mutedByModerator, deafenedByModerator });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** What holds for who is back. */
  joined(channelId: string, userId: string): Moderation | undefined {
    const key = keyOf(channelId, userId);
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    return kept;
  }

  /** A moderator has decided anew, about another session of the same user. */
  forget(channelId: string, userId: string): void {
    this.#kept.delete(keyOf(channelId, userId));
  }
}

function keyOf(channelId: string, userId: string): string {
  return `${channelId} ${userId}`;
}
