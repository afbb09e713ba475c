/** `poor`: words get lost. `fair`: it can be heard that something is wrong. */
export type VoiceQualityLevel = 'good' | 'fair' | 'poor';

/**
 * Where it is lost: on the way `uplink` or `downlink`, or with the `server`, whose answers are late
 * or missing on every path, or whose control channel is down.
 */
export type VoiceQualityReason = 'uplink' | 'downlink' | 'server';

/** How good the ways of voice have been in the last seconds. */
export interface VoiceQuality {
  readonly level: VoiceQualityLevel;
  /** Never empty unless the level is `good`, and empty then. */
  readonly reasons: readonly VoiceQualityReason[];
  /** Of the fastest path that was measured, smoothed; `null` when none was. */
  readonly rttMs: number | null;
  /** Part of the frames sent that did not arrive, 0 to 1; `null` when too few went to tell. */
  readonly uplinkLoss: number | null;
  readonly downlinkLoss: number | null;
  /** Of the frames heard (RFC 3550 section 6.4.1); `null` when none were. */
  readonly jitterMs: number | null;
}
