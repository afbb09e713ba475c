import { randomUUID } from 'node:crypto';
import { UplinkGauge } from '../audio/uplink-gauge.js';
import type { Clock } from '../contracts/clock.js';
import { HANDLE_REST_MS, HandlePool } from './handle-pool.js';
import { exceeded, noHandle, type TalkLimits } from './talk-limits.js';
import type { TalkSource } from './talk-source.js';
import type { Talker } from './talker.js';

const MAX_SOURCES = 65_535;

/** The sources of all sessions; their handles are the server's. */
export class SourceRegistry {
  readonly #limits: TalkLimits;
  readonly #handles: HandlePool;

  constructor(clock: Clock, limits: TalkLimits) {
    this.#limits = limits;
    this.#handles = new HandlePool({ clock, max: MAX_SOURCES, restMs: HANDLE_REST_MS });
  }

  /**
   * The talker's source of that name; the first use makes it. Throws `WireError` LIMIT_EXCEEDED or
   * SERVER_FULL.
   */
  named(talker: Talker, name: string): TalkSource {
    const known = talker.sources.get(name);
    if (known !== undefined) return known;
    if (talker.sources.size >= this.#limits.sources) throw exceeded('sources', this.#limits);
    const handle = this.#handles.take();
    if (handle === null) throw noHandle('source');
    const id = randomUUID();
    const view = { id, handle, session: talker.id, kind: name };
    const source: TalkSource = { id, handle, view, uplink: new UplinkGauge() };
    talker.sources.set(name, source);
    return source;
  }

  closeAll(talker: Talker): void {
    for (const { handle } of talker.sources.values()) this.#handles.release(handle);
    talker.sources.clear();
  }
}
