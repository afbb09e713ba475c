import type { MediaPlane } from '../media/media-plane.js';
import { TalkSource } from './talk-source.js';

/** The sources of a client by name, made when first asked for. */
export class TalkSources {
  readonly #media: Pick<MediaPlane, 'createSpeaker'>;
  readonly #byName = new Map<string, TalkSource>();

  constructor(media: Pick<MediaPlane, 'createSpeaker'>) {
    this.#media = media;
  }

  get(name: string): TalkSource {
    const known = this.#byName.get(name);
    if (known) return known;
    const source = new TalkSource(name, this.#media.createSpeaker(name));
    this.#byName.set(name, source);
    return source;
  }
}
