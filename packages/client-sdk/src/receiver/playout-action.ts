/**
 * What the player of one talker does next. A receiver has one object of each kind and uses it
 * again: an action is good until the next `pull`.
 */
export type PlayoutAction<Frame> =
  DecodeAction<Frame> | RecoverAction<Frame> | ConcealAction | SilenceAction;

/** Decode `packet`: that of the frame itself, or a copy that a later frame carried. */
export interface DecodeAction<Frame> {
  readonly kind: 'decode';
  /** The frame that brought the packet; its route says which net is heard. */
  readonly frame: Frame;
  readonly packet: Uint8Array;
  /** Number of the frame that is heard; less than `frame.seq` for a copy. */
  readonly seq: number;
  readonly durationMs: number;
  /** What was heard before does not lead up to this: fade over. */
  readonly crossfade: boolean;
  /**
   * How much playing time may be added (positive) or taken away (negative), in ms; 0 for none. What
   * was done is told with `stretched` before the next pull; nothing done is nothing told.
   */
  readonly stretchMs: number;
}

/** Decode what the packet of the following frame carries of this one (in-band FEC). */
export interface RecoverAction<Frame> {
  readonly kind: 'recover';
  /** The frame that brought the packet. */
  readonly from: Frame;
  readonly packet: Uint8Array;
  /** Number of the frame that is heard. */
  readonly seq: number;
  readonly durationMs: number;
  readonly crossfade: boolean;
}

/** Cover a gap with what the decoder makes of the sound before. */
export interface ConcealAction {
  readonly kind: 'conceal';
  /** A multiple of 2.5. */
  readonly durationMs: number;
  /** How long this gap has been covered before, for the envelope that fades it out. */
  readonly concealedMs: number;
}

/** Nothing is due: silence, and ask again. */
export interface SilenceAction {
  readonly kind: 'silence';
  /** Of each channel at 48 kHz, 1 to 480. */
  readonly sampleCount: number;
}
