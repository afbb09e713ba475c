import type { OpusFrame } from '../audio/opus-frame.js';
import type { MediaPlane } from '../media/media-plane.js';
import type { Directory } from '../state/directory.js';
import type { OrganizationState } from '../state/organization-state.js';
import type { TransmissionBook } from '../state/transmission-book.js';
import type { MuteGate } from '../talk/mute-gate.js';
import type { TalkTarget } from '../talk/talk-target.js';
import type { Announce } from './client-events.js';
import type { ResolvedClientOptions } from './common-options.js';
import type { Platform } from './platform.js';

/** What the client has for every session in turn. */
export interface SessionSurroundings {
  readonly options: ResolvedClientOptions;
  readonly platform: Pick<Platform, 'openSocket' | 'keepRunning' | 'watchNetwork'>;
  readonly media: MediaPlane;
  readonly state: OrganizationState;
  readonly directory: Directory;
  readonly transmissions: TransmissionBook;
  readonly gate: MuteGate;
  readonly announce: Announce;
  /** What a callback of the app threw. */
  readonly report: (event: string, cause: unknown) => void;
  /** The target that a handle of the session belongs to. */
  readonly targetOf: (talkHandle: number) => TalkTarget | null;
  /** What this client may say has changed. */
  readonly mutesChanged: () => void;
  readonly hear: (frame: OpusFrame) => void;
}
