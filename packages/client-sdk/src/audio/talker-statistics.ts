import type { PriorityClass, SourceView } from '@sidetone/protocol';
import type { AdaptiveReceiverStatistics } from '../receiver/receiver-metrics.js';
import type { ReceiverStatistics } from './receiver.js';

type More = Partial<Omit<AdaptiveReceiverStatistics, keyof ReceiverStatistics>>;

/**
 * How one talker is heard, since it was first heard or came back after 5 s of silence. What only the
 * receiver counts that follows the network is missing with another one.
 */
export interface TalkerStatistics extends ReceiverStatistics, More {
  readonly source: SourceView;
  /** The class of what is heard now. */
  readonly priority: PriorityClass;
  /** How much quieter it is now because of others, in dB; 0 for not at all. */
  readonly duckingDb: number;
}
