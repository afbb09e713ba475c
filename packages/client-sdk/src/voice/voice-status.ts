import type { Downlink } from '@sidetone/protocol';
import type { VoiceQuality } from './voice-quality.js';

/** How voice goes now. */
export interface VoiceStatus {
  /** `both` for at most 2 s, while UDP is in doubt; `null` while no allowed path works. */
  readonly up: Downlink | null;
  /** As the server last said. */
  readonly down: Downlink;
  /** Round trip time of the way up, smoothed; `null` before the first measurement. */
  readonly rttMs: number | null;
  readonly quality: VoiceQuality;
  /** Frames of this session that were dropped, either way, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}
