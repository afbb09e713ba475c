import type { ControlConnection, ControlIngress, ControlPeer } from '@sidetone/core';

/** Core's door as a control transport under test sees it; remembers what each connection told it. */
export class RecordingControlIngress implements ControlIngress {
  /** Oldest first; those that have ended too. */
  readonly accepted: AcceptedConnection[] = [];
  readonly #greeting: string | null;

  /** @param greeting sent to each client from within `accept`, where core sends its `hello` */
  constructor(greeting: string | null = null) {
    this.#greeting = greeting;
  }

  accept(peer: ControlPeer): ControlConnection {
    const connection = new AcceptedConnection(peer);
    this.accepted.push(connection);
    if (this.#greeting !== null) peer.send(this.#greeting);
    return connection;
  }
}

/** One connection: what a test may do with it, through `peer`, and what came of it. */
export class AcceptedConnection implements ControlConnection {
  readonly peer: ControlPeer;
  /** Texts of the client, oldest first. */
  readonly messages: string[] = [];
  /** Details of `closed`; a transport that keeps its contract calls it exactly once. */
  readonly endings: string[] = [];
  /** How often the transport has said that its queue has gone out. */
  drains = 0;
  /** As core says it; the test changes it. */
  idle = true;

  constructor(peer: ControlPeer) {
    this.peer = peer;
  }

  message(text: string): void {
    this.messages.push(text);
  }

  drained(): void {
    this.drains += 1;
  }

  closed(detail: string): void {
    this.endings.push(detail);
  }
}
