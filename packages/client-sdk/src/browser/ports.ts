import type { OpusFrame } from '../audio/opus-frame.js';

/**
 * What crosses between the threads of a page. Audio and frames take these ports and never pass
 * through the main thread, so that nothing the page does can hold them up.
 */

/** From the microphone worklet to the Worker. */
export interface CapturedSamples {
  readonly type: 'captured';
  /** 48 kHz mono, as many as the worklet gathers; transferred. */
  readonly samples: Float32Array<ArrayBuffer>;
}

/** From the Worker back to the microphone worklet: memory to be used again; transferred. */
export interface ReturnedSamples {
  readonly type: 'returned';
  readonly samples: Float32Array<ArrayBuffer>;
}

/** From the Worker to the playback worklet, first of all: the decoder, compiled. */
export interface DecoderModule {
  readonly type: 'decoder';
  readonly module: WebAssembly.Module;
}

/** From the Worker to the playback worklet: one opened frame. */
export interface ReceivedOpusFrame {
  readonly type: 'frame';
  readonly frame: OpusFrame;
  /** Epoch milliseconds with fraction, as the Worker read them when the frame came. */
  readonly arrivedAtMs: number;
}

/** The session has ended: nobody talks any more. */
export interface FramesEnded {
  readonly type: 'clear';
}

/**
 * From the Worker to the playback worklet: from now on frames are in this memory, and no messages
 * (see `FrameLine`).
 */
export interface SharedFrames {
  readonly type: 'sharedFrames';
  readonly memory: SharedArrayBuffer;
}

export type ToPlaybackWorklet = DecoderModule | ReceivedOpusFrame | SharedFrames | FramesEnded;

/** The media Worker, as the code that owns the audio devices sees it. */
export interface AudioPorts {
  /** What is captured arrives on this port ({@link CapturedSamples}) and is what the source says. */
  connectMicrophone(source: string, port: MessagePort): void;
  /** Frames go out on this port ({@link ToPlaybackWorklet}). */
  connectPlayback(port: MessagePort): void;
}
