import type { PriorityClass, TalkTargetSpec } from '@sidetone/protocol';
import type { TalkLine } from '../audio/talk-line.js';
import type { Transmission } from '../audio/transmission.js';
import type { TalkSource } from './talk-source.js';
import type { Talker } from './talker.js';

/** Where a source's voice goes, registered ahead of the first frame. */
export interface TalkTarget {
  readonly id: string;
  readonly talker: Talker;
  readonly source: TalkSource;
  /** As it was asked for. */
  readonly spec: TalkTargetSpec;
  readonly askedPriority: PriorityClass;
  /** One for each route, in the order in which the target names them. */
  readonly lines: readonly TalkLine[];
  transmission: Transmission | null;
  /** The sinks of its lines are older than what they were compiled from. */
  stale: boolean;
}
