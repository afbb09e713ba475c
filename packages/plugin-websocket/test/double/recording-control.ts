import type { ControlConnection, ControlIngress, ControlPeer } from '@sidetone/core';

/** One connection as core sees it. */
export class RecordedConnection implements ControlConnection {
  readonly peer: ControlPeer;
  readonly messages: string[] = [];
  readonly closes: string[] = [];
  drains = 0;
  readonly #changed: () => void;

  constructor(peer: ControlPeer, changed: () => void) {
    this.peer = peer;
    this.#changed = changed;
  }

  message(text: string): void {
    this.messages.push(text);
    this.#changed();
  }

  drained(): void {
    this.drains += 1;
    this.#changed();
  }

  closed(detail: string): void {
    this.closes.push(detail);
    this.#changed();
  }
}

/** Core's door for connections; remembers them, and lets a test wait for what they do. */
export class RecordingControl implements ControlIngress {
  readonly connections: RecordedConnection[] = [];
  readonly #waiting = new Set<() => void>();

  accept(peer: ControlPeer): ControlConnection {
    const connection = new RecordedConnection(peer, () => this.#changed());
    this.connections.push(connection);
    this.#changed();
    return connection;
  }

  /** Resolves with what `find` finds, at once or when something changed. */
  async until<T>(find: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
