import type { Codec } from '@sidetone/protocol';
import type { Clock } from '../clock/clock.js';
import type { LinkReport } from '../codec-policy/link-report.js';
import type { Latency, SourceSettings } from './source-settings.js';
import type { TalkSender } from './talk-sender.js';
import { TalkSource } from './talk-source.js';

export interface TalkSourcesParts {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly settings: Readonly<Record<string, SourceSettings>>;
  readonly latency: Latency;
  readonly senderOf: (name: string) => TalkSender | null;
  readonly report: (cause: unknown) => void;
}

/** The sources of a client by name, made when first asked for. */
export class TalkSources {
  readonly #parts: TalkSourcesParts;
  readonly #byName = new Map<string, TalkSource>();

  constructor(parts: TalkSourcesParts) {
    this.#parts = parts;
  }

  get(name: string): TalkSource {
    const known = this.#byName.get(name);
    if (known) return known;
    const { codec, clock, settings, latency, senderOf, report } = this.#parts;
    const source = new TalkSource({
      name,
      codec,
      clock,
      settings: settings[name],
      latency,
      sender: () => senderOf(name),
      report,
    });
    this.#byName.set(name, source);
    return source;
  }

  /** News of the way that the frames of this source take. */
  follow(name: string, report: LinkReport): void {
    this.#byName.get(name)?.follow(report);
  }

  close(): void {
    for (const source of this.#byName.values()) source.close();
    this.#byName.clear();
  }
}
