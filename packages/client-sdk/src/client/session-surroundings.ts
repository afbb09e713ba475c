import type { OpusFrame } from '../audio/opus-frame.js';
import type { Directory } from '../state/directory.js';
import type { OrganizationState } from '../state/organization-state.js';
import type { TransmissionBook } from '../state/transmission-book.js';
import type { MuteGate } from '../talk/mute-gate.js';
import type { TalkSource } from '../talk/talk-source.js';
import type { Announce } from './client-events.js';
import type { ResolvedClientOptions } from './client-options.js';
import type { Platform } from './platform.js';

/** What the client has for every session in turn. */
export interface SessionSurroundings {
  readonly options: ResolvedClientOptions;
  readonly platform: Platform;
  readonly state: OrganizationState;
  readonly directory: Directory;
  readonly transmissions: TransmissionBook;
  readonly gate: MuteGate;
  readonly announce: Announce;
  /** What a callback of the app threw. */
  readonly report: (event: string, cause: unknown) => void;
  readonly talkSource: (name: string) => TalkSource;
  readonly hear: (frame: OpusFrame) => void;
}
