import type { FrameBudget } from '../audio/frame-budget.js';
import type { AudioRoute } from '../audio/audio-route.js';
import type { TalkLine } from '../audio/talk-line.js';
import type { VoiceSession } from '../contracts/voice-transport.js';
import type { Sender } from '../key/sender.js';
import type { TokenBucket } from '../limit/token-bucket.js';
import type { HandlePool } from './handle-pool.js';
import type { TalkSource } from './talk-source.js';
import type { TalkTarget } from './talk-target.js';

/** A session as it talks: what it has registered and what it may send. */
export interface Talker {
  readonly id: string;
  readonly organizationId: string;
  readonly voice: VoiceSession;
  /** By name. */
  readonly sources: Map<string, TalkSource>;
  /** Under which index each of its sources seals on each route. */
  readonly senders: Map<TalkSource, Map<AudioRoute, Sender>>;
  readonly targets: Map<string, TalkTarget>;
  /** By talk handle: the first look-up of the packet path. */
  readonly lines: Map<number, TalkLine>;
  readonly handles: HandlePool;
  /** All talk handles together. */
  readonly budget: FrameBudget;
  /** Transmissions that it may begin. */
  readonly starts: TokenBucket;
  /** Talk handles in a transmission now. */
  talkingLines: number;
  /** Registrations that wait for the key service; they count against the limit. */
  registering: number;
  closed: boolean;
}
