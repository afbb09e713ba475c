import type { TransmissionView } from '@sidetone/protocol';

/** What of a transmission decides how loud and where it is heard. */
export type HeardTransmission = Pick<TransmissionView, 'priority' | 'routes' | 'patches'>;

/**
 * What the control state knows of talk that is heard. It is asked for every 10 ms of every talker's
 * sound and makes no objects for it.
 */
export interface HeardTalk {
  /** All that are under way from this source; the same array until there is news. */
  transmissionsOf(sourceId: string): readonly HeardTransmission[];
  /** Whether this client has joined the net and listens to it. */
  hears(channelId: string): boolean;
  /** The nets that a patch joins, by their ids. */
  channelsOfPatch(patchId: string): readonly string[];
}

/** The same as a whole, so that a copy of it can be kept where the sound is made. */
export interface HeardTable extends HeardTalk {
  /** All from which something is under way. */
  sources(): Iterable<string>;
  /**
   * The own net that talk of another one is heard on, because a patch joins them; `null` stands for
   * nets that this client may not see.
   */
  patchedNets(): ReadonlyMap<string | null, string>;
}

/** Where no control state is at hand: all talk is normal, on the net that its frames came by. */
export const NOTHING_KNOWN: HeardTalk = Object.freeze<HeardTalk>({
  transmissionsOf: () => NONE,
  hears: () => false,
  channelsOfPatch: () => NO_CHANNELS,
});

const NONE: readonly HeardTransmission[] = Object.freeze([]);
const NO_CHANNELS: readonly string[] = Object.freeze([]);
