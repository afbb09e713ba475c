import type { SourceView } from '@sidetone/protocol';
import type { UplinkGauge } from '../audio/uplink-gauge.js';

/** What talks: a session's microphone, or its music. Lives until the session ends. */
export interface TalkSource {
  readonly id: string;
  readonly handle: number;
  readonly view: SourceView;
  /** What of it arrives here. */
  readonly uplink: UplinkGauge;
}
