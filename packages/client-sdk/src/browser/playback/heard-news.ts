import type { HeardTable, HeardTransmission } from '../../mixing/heard-talk.js';
import type { HeardNews } from './playback-messages.js';

interface Told {
  readonly transmissions: readonly HeardTransmission[];
  readonly key: string;
}

/** Finds out what another thread does not know yet of the talk that is heard. */
export class HeardNewsTeller {
  readonly #heard: HeardTable;
  readonly #told = new Map<string, Told>();
  #toldAround = '';

  constructor(heard: HeardTable) {
    this.#heard = heard;
  }

  /** All that has changed since it was last asked; `null` where nothing has. */
  news(): HeardNews | null {
    const transmissions = [...this.#ended(), ...this.#changed()];
    const around = this.#around();
    const key = JSON.stringify(around);
    if (transmissions.length === 0 && key === this.#toldAround) return null;
    this.#toldAround = key;
    return { type: 'heard', transmissions, ...around };
  }

  /** Whoever is told next knows nothing. */
  reset(): void {
    this.#told.clear();
    this.#toldAround = '';
  }

  #ended(): HeardNews['transmissions'] {
    const ended = [...this.#told.keys()].filter(
      (source) => this.#heard.transmissionsOf(source).length === 0,
    );
    return ended.map((source) => {
      this.#told.delete(source);
      return [source, []];
    });
  }

  #changed(): HeardNews['transmissions'] {
    const changed: (readonly [string, readonly HeardTransmission[]])[] = [];
    for (const source of this.#heard.sources()) {
      const transmissions = this.#heard.transmissionsOf(source);
      const told = this.#told.get(source);
      if (told?.transmissions === transmissions) continue;
      const needed = transmissions.map(whatCounts);
      const key = JSON.stringify(needed);
      this.#told.set(source, { transmissions, key });
      if (told?.key !== key) changed.push([source, needed]);
    }
    return changed;
  }

  /** What is asked of nets and patches, as far as transmissions that are under way name them. */
  #around(): Pick<HeardNews, 'nets' | 'patches' | 'patchedNets'> {
    const nets = new Set<string>();
    const patches = new Map<string, readonly string[]>();
    for (const { transmissions } of this.#told.values()) {
      for (const transmission of transmissions) this.#addAround(transmission, nets, patches);
    }
    for (const channels of patches.values()) for (const channel of channels) nets.add(channel);
    return {
      nets: [...nets].filter((channel) => this.#heard.hears(channel)),
      patches: [...patches],
      patchedNets: [...this.#heard.patchedNets()],
    };
  }

  #addAround(
    { routes, patches: names = [] }: HeardTransmission,
    nets: Set<string>,
    patches: Map<string, readonly string[]>,
  ): void {
    for (const { channel } of routes) if (channel !== undefined) nets.add(channel);
    for (const name of names) patches.set(name, this.#heard.channelsOfPatch(name));
  }
}

function whatCounts({ priority, routes, patches }: HeardTransmission): HeardTransmission {
  return { priority, routes, ...(patches && { patches }) };
}
