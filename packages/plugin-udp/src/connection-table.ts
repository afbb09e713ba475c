import { randomInt } from 'node:crypto';
import type { VoiceSession } from '@sidetone/core';
import type { Connection } from './connection.js';

const CONNECTION_IDS = 2 ** 32;

/** Connections by what datagrams name (connection id) and by what sinks name (session handle). */
export class ConnectionTable {
  readonly #byId = new Map<number, Connection>();
  readonly #byHandle = new Map<number, Connection>();

  /** A random connection id that is free. */
  freshId(): number {
    let id = randomInt(CONNECTION_IDS);
    while (this.#byId.has(id)) id = randomInt(CONNECTION_IDS);
    return id;
  }

  /** Whoever had the handle before is forgotten. */
  add(connection: Connection): void {
    const { handle } = connection.session;
    const before = this.#byHandle.get(handle);
    if (before) this.#byId.delete(before.id);
    this.#byId.set(connection.id, connection);
    this.#byHandle.set(handle, connection);
  }

  byId(id: number): Connection | undefined {
    return this.#byId.get(id);
  }

  byHandle(handle: number): Connection | undefined {
    return this.#byHandle.get(handle);
  }

  remove(session: VoiceSession): Connection | undefined {
    const connection = this.#byHandle.get(session.handle);
    if (!connection || connection.session.id !== session.id) return undefined;
    this.#byHandle.delete(session.handle);
    this.#byId.delete(connection.id);
    return connection;
  }
}
