import type {
  Directory,
  DirectoryChannel,
  DirectorySession,
  Identity,
  TreeChange,
} from '@sidetone/core';

interface FakeSession extends DirectorySession {
  readonly channels: Set<string>;
}

/** A directory that tests change as core would: the change first, then it is told. */
export class FakeDirectory implements Directory {
  readonly organizationId: string;
  readonly #channels = new Map<string, DirectoryChannel>();
  readonly #sessions = new Map<string, FakeSession>();
  readonly #listeners = new Set<(change: TreeChange) => void>();

  constructor(organizationId: string) {
    this.organizationId = organizationId;
  }

  add(id: string, parentId: string | null = null): void {
    const { organizationId } = this;
    this.#channels.set(id, {
      id,
      organizationId,
      parentId,
      name: `name of ${id}`,
      temporary: false,
    });
    this.#tell('added', id);
  }

  move(id: string, parentId: string | null): void {
    const channel = this.#channels.get(id);
    if (!channel) throw new Error(`there is no channel "${id}"`);
    this.#channels.set(id, { ...channel, parentId });
    this.#tell('moved', id);
  }

  /** With all below it, the lowest first. */
  remove(id: string): void {
    for (const channel of [...this.#channels.values()]) {
      if (channel.parentId === id) this.remove(channel.id);
    }
    for (const session of this.#sessions.values()) session.channels.delete(id);
    this.#channels.delete(id);
    this.#tell('removed', id);
  }

  enter(id: string, identity: Identity): void {
    const { organizationId } = this;
    this.#sessions.set(id, { id, organizationId, identity, channels: new Set() });
  }

  join(sessionId: string, channelId: string): void {
    this.#sessions.get(sessionId)?.channels.add(channelId);
  }

  leave(sessionId: string, channelId: string): void {
    this.#sessions.get(sessionId)?.channels.delete(channelId);
  }

  organizations(): Iterable<string> {
    return [this.organizationId];
  }

  channel(channelId: string): DirectoryChannel | undefined {
    return this.#channels.get(channelId);
  }

  channels(organizationId: string): Iterable<DirectoryChannel> {
    return organizationId === this.organizationId ? this.#channels.values() : [];
  }

  session(sessionId: string): DirectorySession | undefined {
    return this.#sessions.get(sessionId);
  }

  sessions(organizationId: string): Iterable<DirectorySession> {
    return organizationId === this.organizationId ? this.#sessions.values() : [];
  }

  hasJoined(sessionId: string, channelId: string): boolean {
    return this.#sessions.get(sessionId)?.channels.has(channelId) ?? false;
  }

  onTreeChange(listener: (change: TreeChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(kind: TreeChange['kind'], channelId: string): void {
    const { organizationId } = this;
    for (const listener of this.#listeners) listener({ kind, organizationId, channelId });
  }
}
