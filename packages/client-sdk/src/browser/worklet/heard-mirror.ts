import type { OpusFrame } from '../../audio/opus-frame.js';
import type { HeardTalk, HeardTransmission } from '../../mixing/heard-talk.js';
import type { HeardNews } from '../playback/playback-messages.js';

const NONE: readonly HeardTransmission[] = Object.freeze([]);
const NO_CHANNELS: readonly string[] = Object.freeze([]);

/** The control state of the main thread, as far as talk is heard by it. */
export class HeardMirror implements HeardTalk {
  readonly #transmissions = new Map<string, readonly HeardTransmission[]>();
  #nets: ReadonlySet<string> = new Set();
  #patches: ReadonlyMap<string, readonly string[]> = new Map();
  #patchedNets: ReadonlyMap<string | null, string> = new Map();

  update({ transmissions, nets, patches, patchedNets }: HeardNews): void {
    for (const [source, underWay] of transmissions) {
      if (underWay.length > 0) this.#transmissions.set(source, underWay);
      else this.#transmissions.delete(source);
    }
    this.#nets = new Set(nets);
    this.#patches = new Map(patches);
    this.#patchedNets = new Map(patchedNets);
  }

  transmissionsOf(sourceId: string): readonly HeardTransmission[] {
    return this.#transmissions.get(sourceId) ?? NONE;
  }

  hears(channelId: string): boolean {
    return this.#nets.has(channelId);
  }

  channelsOfPatch(patchId: string): readonly string[] {
    return this.#patches.get(patchId) ?? NO_CHANNELS;
  }

  /** A frame that came over a patch is placed as the net that it is heard on. */
  placed(frame: OpusFrame): OpusFrame {
    const { route } = frame;
    if (this.#patchedNets.size === 0 || route.kind !== 'channel') return frame;
    const channel = this.#patchedNets.get(route.channel ?? null);
    return channel === undefined ? frame : { ...frame, route: { ...route, channel } };
  }
}
