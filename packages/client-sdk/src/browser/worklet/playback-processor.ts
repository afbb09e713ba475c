import type { PlaybackOrder } from '../playback/playback-messages.js';
import type { ToPlaybackWorklet } from '../ports.js';
import { PlaybackEngine, type PlaybackEngineOptions } from './playback-engine.js';
import type {
  Channels,
  PortConnection,
  ProcessorClass,
  ProcessorEnd,
  WorkletScope,
} from './worklet-scope.js';

const DEFAULTS: PlaybackEngineOptions = { latency: 'normal' };

/** The audio thread's end of what is heard; frames come on the port that it is given. */
export function playbackProcessor(scope: WorkletScope): ProcessorClass {
  return class PlaybackProcessor extends scope.AudioWorkletProcessor {
    readonly #engine: PlaybackEngine;
    #frames: MessagePort | null = null;
    #isOpen = true;

    constructor({ processorOptions }: { readonly processorOptions?: unknown }) {
      super();
      this.#engine = new PlaybackEngine({
        sampleRateHz: scope.sampleRate,
        options: { ...DEFAULTS, ...(processorOptions as Partial<PlaybackEngineOptions>) },
        wallNow: () => Date.now(),
        post: (news, transfer) => this.port.postMessage(news, transfer),
      });
      this.port.onmessage = ({ data }) =>
        this.#obey(data as PlaybackOrder | PortConnection | ProcessorEnd);
    }

    process(_inputs: Channels[], [output]: Channels[]): boolean {
      if (output) this.#engine.render(output, scope.currentFrame);
      return this.#isOpen;
    }

    #obey(order: PlaybackOrder | PortConnection | ProcessorEnd): void {
      if (order.type === 'connect') this.#connect(order.port);
      else if (order.type === 'close') this.#close();
      else this.#engine.obey(order);
    }

    #connect(port: MessagePort): void {
      this.#frames?.close();
      this.#frames = port;
      port.onmessage = ({ data }) => this.#engine.hear(data as ToPlaybackWorklet);
    }

    #close(): void {
      this.#frames?.close();
      this.#frames = null;
      this.#isOpen = false;
      this.#engine.close();
    }
  };
}
