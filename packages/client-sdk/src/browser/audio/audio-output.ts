import { clientError } from '../../error/client-error.js';
import { isGone, type AudioDevices } from './audio-devices.js';
import { nameOf, notSelectableError, outputDeviceError } from './audio-error.js';
import type { AudioEmitter } from './audio-events.js';
import type { AudioGraph } from './audio-graph.js';
import type { AudioPage, SinkContext } from './audio-page.js';

/** A jump in loudness is a click. */
const VOLUME_TIME_CONSTANT_S = 0.015;

/** Where the sound of the page goes to, and how loud. Choices hold over `stop()` and `start()`. */
export interface AudioOutput {
  /** The id of the chosen device; `null` for the default one of the system. */
  readonly device: string | null;
  /** Whether this browser lets a page choose. */
  readonly selectable: boolean;
  /** Factor on all that is heard, 0-1; default 1. */
  readonly volume: number;
  /** From the mix to the ear, as the browser estimates it; `null` while it does not. */
  readonly latencyMs: number | null;
  /** `null`: the default one of the system. Rejects with `ERR_AUDIO_OUTPUT`. */
  select(deviceId: string | null): Promise<void>;
  /** Without a click. Throws `ERR_CLIENT_OPTIONS`. */
  setVolume(volume: number): void;
}

export class PageOutput implements AudioOutput {
  readonly #page: AudioPage;
  readonly #events: AudioEmitter;
  #graph: AudioGraph | null = null;
  #device: string | null = null;
  #choice = 0;
  #volume = 1;

  constructor(page: AudioPage, events: AudioEmitter) {
    this.#page = page;
    this.#events = events;
  }

  get device(): string | null {
    return this.#device;
  }

  get selectable(): boolean {
    return this.#page.outputSelectable;
  }

  get volume(): number {
    return this.#volume;
  }

  get latencyMs(): number | null {
    const context = this.#graph?.context;
    // Safari has no outputLatency.
    const seconds = (context?.baseLatency ?? 0) + (context?.outputLatency ?? 0);
    return seconds > 0 ? seconds * 1_000 : null;
  }

  async select(deviceId: string | null): Promise<void> {
    if (deviceId === this.#device) return;
    if (deviceId !== null && !this.selectable) throw notSelectableError(deviceId);
    const choice = ++this.#choice;
    if (this.#graph) await this.#apply(this.#graph, deviceId);
    // A later choice, or the end of the device, has overtaken this one.
    if (choice !== this.#choice) return;
    this.#device = deviceId;
    this.#events.emit('outputChanged', { device: deviceId, reason: 'asked' });
  }

  setVolume(volume: number): void {
    if (!(volume >= 0 && volume <= 1)) {
      throw clientError('ERR_CLIENT_OPTIONS', `volume "${volume}" is not 0 to 1`);
    }
    this.#volume = volume;
    if (!this.#graph) return;
    const { volume: node, context } = this.#graph;
    node.gain.setTargetAtTime(volume, context.currentTime, VOLUME_TIME_CONSTANT_S);
  }

  /** The sound comes from this graph now. A chosen device that is gone gives way to the default one. */
  attach(graph: AudioGraph): void {
    this.#graph = graph;
    graph.volume.gain.value = this.#volume;
    if (this.#device === null) return;
    this.#apply(graph, this.#device).catch(() => {
      if (graph === this.#graph) this.#lost();
    });
  }

  detach(): void {
    this.#graph = null;
  }

  devicesChanged({ outputs }: AudioDevices): void {
    if (this.#device === null || !isGone(this.#device, outputs)) return;
    // A context whose device is gone may be silent: it is told to take the default one. One that cannot
    // says so by its state, or its clock stands, and it is replaced.
    if (this.#graph) this.#apply(this.#graph, null).catch(() => undefined);
    this.#lost();
  }

  #lost(): void {
    this.#choice += 1;
    this.#device = null;
    this.#events.emit('outputChanged', { device: null, reason: 'unplugged' });
  }

  async #apply(graph: AudioGraph, deviceId: string | null): Promise<void> {
    try {
      await (graph.context as SinkContext).setSinkId(deviceId ?? '');
    } catch (cause) {
      // Another choice, or the end of the context, has overtaken this one.
      if (nameOf(cause) === 'AbortError' || nameOf(cause) === 'InvalidStateError') return;
      throw outputDeviceError(deviceId ?? 'default', cause);
    }
  }
}
