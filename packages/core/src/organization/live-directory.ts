import type {
  Directory,
  DirectoryChannel,
  DirectorySession,
  TreeChange,
} from '../contracts/directory.js';
import type { Logger } from '../contracts/logger.js';
import type { Channel } from '../channel/channel.js';
import { errorMessage } from '../error/error-message.js';
import type { Session } from '../session/session.js';
import type { OrganizationRegistry } from './organization-registry.js';

/** The registry as policies may read it. */
export class LiveDirectory implements Directory {
  readonly #registry: OrganizationRegistry;
  readonly #log: Logger;
  readonly #listeners = new Set<(change: TreeChange) => void>();

  constructor(registry: OrganizationRegistry, log: Logger) {
    this.#registry = registry;
    this.#log = log;
  }

  *organizations(): Iterable<string> {
    for (const { id } of this.#registry.all()) yield id;
  }

  channel(channelId: string): DirectoryChannel | undefined {
    return this.#registry.channel(channelId);
  }

  channels(organizationId: string): Iterable<DirectoryChannel> {
    return this.#registry.find(organizationId)?.tree.all() ?? [];
  }

  session(sessionId: string): DirectorySession | undefined {
    const session = this.#registry.session(sessionId);
    return session && directorySession(session);
  }

  *sessions(organizationId: string): Iterable<DirectorySession> {
    const sessions = this.#registry.find(organizationId)?.sessions.values() ?? [];
    for (const session of sessions) yield directorySession(session);
  }

  hasJoined(sessionId: string, channelId: string): boolean {
    return this.#registry.members(channelId).has(sessionId);
  }

  onTreeChange(listener: (change: TreeChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Called in the turn that has made the change. */
  treeChanged(kind: TreeChange['kind'], { organizationId, id }: Channel): void {
    for (const listener of this.#listeners) {
      try {
        listener({ kind, organizationId, channelId: id });
      } catch (error) {
        this.#log.error('a listener to changes of the channel tree failed', {
          cause: errorMessage(error),
        });
      }
    }
  }
}

function directorySession({
  id,
  organizationId,
  identity,
  memberships,
}: Session): DirectorySession {
  return { id, organizationId, identity, channels: memberships.keys() };
}
