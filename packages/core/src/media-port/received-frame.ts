import type { RouteView, SenderPart, SourceView } from '@sidetone/protocol';

interface FrameFacts extends SenderPart {
  /** Session id of who talks. */
  readonly talker: string;
  readonly source: SourceView;
  /** The one route on which this participant was given the frame. */
  readonly route: RouteView;
}

/** What a port with `frames: 'opened'` receives. */
export interface OpenedFrame extends FrameFacts {
  /** One Opus packet; empty in a frame that only says again that the talkspurt has ended. */
  readonly opus: Uint8Array;
}

/** What a port with `frames: 'sealed'` receives: the talker's own bytes, for passing on. */
export interface SealedFrame extends FrameFacts {
  readonly senderPart: Uint8Array;
  /** SFrame object. Not to be written to: other participants share it. */
  readonly sealed: Uint8Array;
}
