/** What the global scope of an audio worklet has, as far as it is used here. */
export interface WorkletScope {
  /** Of the context. */
  readonly sampleRate: number;
  /** Number of the first sample of the quantum at hand. */
  readonly currentFrame: number;
  readonly AudioWorkletProcessor: new () => WorkletProcessor;
  registerProcessor(name: string, processor: ProcessorClass): void;
}

export interface WorkletProcessor {
  /** To the node on the main thread. */
  readonly port: MessagePort;
}

export interface RenderingProcessor extends WorkletProcessor {
  /** True to be asked again. */
  process(inputs: Channels[], outputs: Channels[]): boolean;
}

/** The channels of one input or output; an input to which nothing is connected has none. */
export type Channels = readonly Float32Array[];

export type ProcessorClass = new (options: {
  readonly processorOptions?: unknown;
}) => RenderingProcessor;

/** Names as `AudioWorkletNode` is given them. */
export const MICROPHONE_PROCESSOR = 'sidetone-microphone';
export const PLAYBACK_PROCESSOR = 'sidetone-playback';

/** A port to another thread than the main one; the newest counts. */
export interface PortConnection {
  readonly type: 'connect';
  readonly port: MessagePort;
}

/** The node is not used any more. */
export interface ProcessorEnd {
  readonly type: 'close';
}
