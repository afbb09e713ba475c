import { idOf } from '../channel/channels.js';
import type { Channel } from '../channel/channel.js';
import type { CommandPort } from '../control/command-port.js';
import { clientError } from '../error/client-error.js';
import type { Directory } from '../state/directory.js';
import type { Patch } from './patch.js';

/** Nets that are joined now, as far as this client may see one of them. */
export class Patches {
  readonly #directory: Directory;
  readonly #call: CommandPort['call'];

  constructor(directory: Directory, call: CommandPort['call']) {
    this.#directory = directory;
    this.#call = call;
  }

  all(): readonly Patch[] {
    return this.#directory.allPatches();
  }

  byId(id: string): Patch | null {
    return this.#directory.patch(id);
  }

  /** The one that joins the channel to others. */
  of(channel: Channel | string): Patch | null {
    const id = idOf(channel);
    return this.all().find(({ channels }) => channels.some((net) => net.id === id)) ?? null;
  }

  /**
   * Joins two to eight nets. It ends with this session, after `durationMs` (1 s to 24 h, default one
   * hour), or by `end`. Rejects with `ACCESS_DENIED` without PATCH on each of them, with
   * `ALREADY_EXISTS` where one of them is patched, and with `LIMIT_EXCEEDED`.
   */
  async create(
    channels: readonly (Channel | string)[],
    options: { readonly durationMs?: number } = {},
  ): Promise<Patch> {
    const params = { channels: channels.map(idOf), ...options };
    const { patch } = await this.#call('patch.create', params);
    const made = this.#directory.patch(patch.id);
    if (made) return made;
    throw clientError('ERR_CLIENT_NOT_FOUND', `the patch "${patch.id}" has ended again already`);
  }

  /** Rejects with `ACCESS_DENIED` for one of somebody else without PATCH on all its nets. */
  async end(patch: Patch | string): Promise<void> {
    await this.#call('patch.end', { patch: typeof patch === 'string' ? patch : patch.id });
  }
}
