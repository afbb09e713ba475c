import { createClient, guest, type Client } from '@sidetone/client-sdk';
import type { Codec } from '@sidetone/protocol';
import { WritingLine, type WrittenChannel } from './writing-line.js';

export interface SteadyWriterParts {
  readonly url: string;
  readonly name: string;
  /** Writes that are under way at the same time. */
  readonly lines: number;
  /** From one write of a line to its next, where the server is quick enough. */
  readonly periodMs: number;
  readonly codec: Codec;
}

const RECONNECT_MS = 20;

/** Somebody with one client who writes several things at the same time. */
export class SteadyWriter {
  readonly #client: Client;
  readonly #lines: readonly WritingLine[];
  readonly sessions: string[] = [];

  constructor({ url, name, lines, periodMs, codec }: SteadyWriterParts) {
    this.#client = createClient({
      url,
      codec,
      authentication: guest(name),
      voice: { transports: ['websocket'] },
      reconnect: () => RECONNECT_MS,
    });
    this.#lines = Array.from(
      { length: lines },
      (_, index) => new WritingLine(this.#client, `${name}.${index + 1}`, periodMs),
    );
    let isUp = false;
    this.#client.on('stateChanged', ({ state }) => {
      if (state.status === 'connected') {
        isUp = true;
        if (this.sessions.at(-1) !== state.session) this.sessions.push(state.session);
      }
      if (state.status !== 'reconnecting' || !isUp) return;
      isUp = false;
      for (const line of this.#lines) line.cutOff();
    });
  }

  /** Writes that are under way. */
  get pending(): number {
    return this.#lines.filter(({ pending }) => pending).length;
  }

  get connected(): boolean {
    return this.#client.state.status === 'connected';
  }

  get channels(): readonly WrittenChannel[] {
    return this.#lines.flatMap(({ channels }) => channels);
  }

  /** Writes that were acknowledged. */
  get acknowledged(): number {
    return sum(this.#lines.map(({ acknowledged }) => acknowledged));
  }

  /** Writes that were under way when the server was killed, and whose answers never came. */
  get interrupted(): number {
    return sum(this.#lines.map(({ interrupted }) => interrupted));
  }

  /** Of those, whose session was not there any more. */
  get orphaned(): number {
    return sum(this.#lines.map(({ orphaned }) => orphaned));
  }

  /** What no writer should be told. */
  get failures(): readonly string[] {
    return this.#lines.flatMap(({ failures }) => failures);
  }

  /** To be called when the server is killed. */
  strike(): void {
    for (const line of this.#lines) line.strike();
  }

  async start(): Promise<void> {
    await this.#client.connect();
    for (const line of this.#lines) line.start();
  }

  /** Resolves when the last write is acknowledged. */
  async stop(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.stop()));
  }

  async close(): Promise<void> {
    const stopped = this.stop();
    await this.#client.close();
    await stopped;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
