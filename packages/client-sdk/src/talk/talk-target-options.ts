import type { PriorityClass } from '@sidetone/protocol';
import type { Channel } from '../channel/channel.js';
import type { Participant } from '../state/participant.js';
import type { TalkTarget } from './talk-target.js';

/** Where a voice goes; at least one of them. Each channel, the whisper and the shout are routes. */
export interface TalkTargetSelection {
  /** Joined channels, up to 8: objects, or ids. */
  readonly channels?: readonly (Channel | string)[];
  /** A whisper to users, wherever they are: participants, or user ids; up to 64. */
  readonly users?: readonly (Participant | string)[];
  /** A shout to this channel and all below it. */
  readonly subtree?: Channel | string;
}

export interface TalkTargetOptions {
  /** Which of this client's sources speaks. Default `microphone`. */
  readonly source?: string;
  /** 0 background, 1 normal (default), 2 priority, 3 emergency; lowered to what is allowed. */
  readonly priority?: PriorityClass;
}

export type RegisterTarget = (
  selection: TalkTargetSelection,
  options?: TalkTargetOptions,
) => Promise<TalkTarget>;
