import type { AudioPorts } from '../ports.js';
import {
  MICROPHONE_PROCESSOR,
  PLAYBACK_PROCESSOR,
  type PortConnection,
  type ProcessorEnd,
} from '../worklet/worklet-scope.js';
import type { AudioPage } from './audio-page.js';

export interface AudioGraphParts {
  readonly page: AudioPage;
  /** Loads the worklet into a context; rejects with `ERR_CLIENT_ASSETS`. */
  readonly addWorklet: (context: AudioContext) => Promise<void>;
  /** Starts the media Worker unless it runs; rejects with `ERR_CLIENT_ASSETS`. */
  readonly ports: () => Promise<AudioPorts>;
  /** Passed to the playback worklet. */
  readonly processorOptions: Readonly<Record<string, unknown>>;
  /** Name of the talk source that the microphone feeds. */
  readonly source: string;
}

/**
 * The nodes of one context: what is captured goes into `microphone`, and what is heard comes out of
 * `playback`. Both have their own way to the Worker.
 */
export class AudioGraph {
  readonly context: AudioContext;
  readonly microphone: AudioWorkletNode;
  readonly playback: AudioWorkletNode;
  readonly volume: GainNode;

  private constructor(context: AudioContext, parts: AudioGraphParts, ports: AudioPorts) {
    this.context = context;
    const { page, processorOptions, source } = parts;
    this.playback = page.createNode(context, PLAYBACK_PROCESSOR, {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [2],
      processorOptions,
    });
    this.volume = context.createGain();
    this.playback.connect(this.volume).connect(context.destination);
    ports.connectPlayback(ownEnd(this.playback));

    // Devices may give stereo although mono was asked for.
    this.microphone = page.createNode(context, MICROPHONE_PROCESSOR, {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    // It is silent; some browsers do not run a node that leads nowhere.
    this.microphone.connect(context.destination);
    ports.connectMicrophone(source, ownEnd(this.microphone));
  }

  static async open(context: AudioContext, parts: AudioGraphParts): Promise<AudioGraph> {
    const [ports] = await Promise.all([parts.ports(), parts.addWorklet(context)]);
    return new AudioGraph(context, parts, ports);
  }

  /** Calls when a worklet has thrown, after which it is silent for ever. */
  watch(failed: (cause: unknown) => void, signal: AbortSignal): void {
    for (const node of [this.playback, this.microphone]) {
      node.addEventListener('processorerror', failed, { signal });
    }
  }

  close(): void {
    for (const node of [this.playback, this.microphone]) {
      node.disconnect();
      node.port.postMessage({ type: 'close' } satisfies ProcessorEnd);
    }
    this.volume.disconnect();
  }
}

/** Gives one end of a channel to the worklet and returns the other, for the Worker. */
function ownEnd(node: AudioWorkletNode): MessagePort {
  const { port1, port2 } = new MessageChannel();
  node.port.postMessage({ type: 'connect', port: port1 } satisfies PortConnection, [port1]);
  return port2;
}
