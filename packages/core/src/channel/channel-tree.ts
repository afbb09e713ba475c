import { WireError } from '@sidetone/protocol';
import type { Channel } from './channel.js';

/** An operation needs a few hundred nets at most; more is a program that runs away. */
const MAX_CHANNELS = 4096;
const MAX_DEPTH = 16;

/** The channels of one organization: a forest without cycles, siblings in order of position. */
export class ChannelTree {
  readonly #channels = new Map<string, Channel>();

  get(id: string): Channel | undefined {
    return this.#channels.get(id);
  }

  all(): IterableIterator<Channel> {
    return this.#channels.values();
  }

  get size(): number {
    return this.#channels.size;
  }

  children(parentId: string | null): readonly Channel[] {
    return [...this.#channels.values()]
      .filter((channel) => channel.parentId === parentId)
      .sort((a, b) => a.position - b.position || a.name.localeCompare(b.name));
  }

  /** The channel and all below it, parents first. */
  subtree(id: string): readonly Channel[] {
    const root = this.#channels.get(id);
    if (!root) return [];
    return [root, ...this.children(id).flatMap((child) => this.subtree(child.id))];
  }

  /**
   * Throws `WireError` where the channel could not be added as it is; changes nothing. `limit` is
   * the organization's own.
   */
  checkAdd(parentId: string | null, name: string, limit: number | null): void {
    const channels = Math.min(limit ?? MAX_CHANNELS, MAX_CHANNELS);
    if (this.#channels.size >= channels) {
      throw new WireError('LIMIT_EXCEEDED', `the organization has at most ${channels} channels`, {
        details: { channels },
      });
    }
    this.#checkPlace(parentId, name, null, 1);
  }

  add(channel: Channel): void {
    this.#channels.set(channel.id, channel);
  }

  checkRename(channel: Channel, name: string): void {
    this.#checkPlace(channel.parentId, name, channel.id, 1);
  }

  /** Throws `WireError` for a cycle, an unknown parent, or a name taken there. */
  checkMove(channel: Channel, parentId: string | null): void {
    if (parentId !== null && this.subtree(channel.id).some(({ id }) => id === parentId)) {
      throw new WireError('INVALID_PARAMS', `"${channel.name}" cannot move below itself`, {
        details: { path: '/parent' },
      });
    }
    this.#checkPlace(parentId, channel.name, channel.id, this.#height(channel.id));
  }

  remove(id: string): void {
    this.#channels.delete(id);
  }

  /** The position behind the last sibling. */
  nextPosition(parentId: string | null): number {
    return Math.min(65_535, Math.max(-1, ...this.children(parentId).map((c) => c.position)) + 1);
  }

  #checkPlace(parentId: string | null, name: string, self: string | null, height: number): void {
    if (parentId !== null && !this.#channels.has(parentId)) {
      throw new WireError('NOT_FOUND', `there is no parent channel "${parentId}"`);
    }
    if (this.depthOf(parentId) + height > MAX_DEPTH) {
      throw new WireError('LIMIT_EXCEEDED', `channels nest at most ${MAX_DEPTH} deep`, {
        details: { depth: MAX_DEPTH },
      });
    }
    const wanted = name.toLowerCase();
    for (const sibling of this.children(parentId)) {
      if (sibling.id !== self && sibling.name.toLowerCase() === wanted) {
        throw new WireError('ALREADY_EXISTS', `"${name}" is taken here; choose another name`);
      }
    }
  }

  /** 1 at the top; 0 of nothing. */
  depthOf(id: string | null): number {
    let depth = 0;
    for (let at = id; at !== null; at = this.#channels.get(at)?.parentId ?? null) depth += 1;
    return depth;
  }

  #height(id: string): number {
    return 1 + Math.max(0, ...this.children(id).map((child) => this.#height(child.id)));
  }
}
