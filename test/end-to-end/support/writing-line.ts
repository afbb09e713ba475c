import type { Client } from '@sidetone/client-sdk';
import { isVoiceError, WireError } from '@sidetone/protocol';
import { lasting } from './lasting.js';

/** How a channel of a writer has to be, by all that the writer was told. */
export interface WrittenChannel {
  readonly name: string;
  /** `null`: nobody ever said that it is there. */
  id: string | null;
  /** Number of the last change that was acknowledged; it is the topic. */
  acknowledged: number;
  /** Number of the last change that was asked for. */
  asked: number;
}

/** So many changes of a channel, and then the next channel. */
const CHANGES = 9;
const LOOK_AGAIN_MS = 20;

/**
 * Makes channels and changes their topics, one write after the other. What is cut off is the SDK's
 * to ask again; what a session took with it is looked up and asked again if it is not there.
 */
export class WritingLine {
  readonly #client: Client;
  readonly #name: string;
  readonly #periodMs: number;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  /** Number of the write that is under way. */
  #pending: number | null = null;
  #writes = 0;
  /** The write that was under way when the server was killed. */
  #struck: number | null = null;
  /** Whether the session was lost since the write began. */
  #lost = false;
  readonly channels: WrittenChannel[] = [];
  acknowledged = 0;
  interrupted = 0;
  orphaned = 0;
  readonly failures: string[] = [];

  constructor(client: Client, name: string, periodMs: number) {
    this.#client = client;
    this.#name = name;
    this.#periodMs = periodMs;
  }

  get pending(): boolean {
    return this.#pending !== null;
  }

  start(): void {
    this.#running = this.#write().catch((error: unknown) => {
      this.failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
  }

  /** To be called when the server is killed. */
  strike(): void {
    this.#struck = this.#pending;
  }

  /** To be called when the client has noticed. */
  cutOff(): void {
    if (this.#struck !== null && this.#pending === this.#struck) this.interrupted += 1;
    this.#struck = null;
  }

  /** Resolves when the last write is acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      const startedAt = performance.now();
      const channel = this.channels.at(-1);
      if (channel === undefined || channel.asked === CHANGES) await this.#create();
      else await this.#change(channel);
      await lasting(Math.max(0, this.#periodMs - (performance.now() - startedAt)));
    }
  }

  async #create(): Promise<void> {
    const name = `${this.#name} ${this.channels.length + 1}`;
    const channel: WrittenChannel = { name, id: null, acknowledged: 0, asked: 0 };
    this.channels.push(channel);
    await this.#until(async () => {
      const known = this.#lost ? this.#client.channels.find(name)?.id : undefined;
      if (known !== undefined) return known;
      return (await this.#client.call('channel.create', { parent: null, name, topic: '0' })).channel
        .id;
    }, channel);
  }

  async #change(channel: WrittenChannel): Promise<void> {
    channel.asked += 1;
    const topic = String(channel.asked);
    const id = channel.id ?? '';
    await this.#until(
      async () => (await this.#client.call('channel.update', { channel: id, topic })).channel.id,
      channel,
    );
    channel.acknowledged = channel.asked;
  }

  /** Asks until it is acknowledged. */
  async #until(ask: () => Promise<string>, channel: WrittenChannel): Promise<void> {
    this.#lost = false;
    this.#pending = this.#writes += 1;
    for (;;) {
      try {
        channel.id = await ask();
        this.#pending = null;
        this.acknowledged += 1;
        return;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  async #recover(error: unknown): Promise<void> {
    if (error instanceof WireError && error.retryAfterMs !== undefined) {
      await lasting(error.retryAfterMs);
      return;
    }
    if (!isVoiceError(error) || error.code !== 'ERR_CLIENT_DISCONNECTED') throw error;
    this.#lost = true;
    this.orphaned += 1;
    while (this.#client.state.status !== 'connected') await lasting(LOOK_AGAIN_MS);
  }
}
