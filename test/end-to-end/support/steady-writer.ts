import { createClient, guest, type Client } from '@sidetone/client-sdk';
import { isVoiceError, WireError, type Codec } from '@sidetone/protocol';
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

export interface SteadyWriterParts {
  readonly url: string;
  readonly name: string;
  /** From one write to the next, where the server is quick enough. */
  readonly periodMs: number;
  readonly codec: Codec;
}

const RECONNECT_MS = 20;
/** So many changes of a channel, and then the next channel. */
const CHANGES = 9;

/**
 * Makes channels and changes their topics, one write after the other. What is cut off is the SDK's
 * to ask again; what a session took with it the writer looks up and asks again if it is not there.
 */
export class SteadyWriter {
  readonly #parts: SteadyWriterParts;
  readonly #client: Client;
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
  /** Writes that were acknowledged. */
  acknowledged = 0;
  /** Writes that were under way when the server was killed, and whose answers never came. */
  interrupted = 0;
  /** Of those, whose session was not there any more. */
  orphaned = 0;
  /** What no writer should be told. */
  readonly failures: string[] = [];
  readonly sessions: string[] = [];

  constructor(parts: SteadyWriterParts) {
    this.#parts = parts;
    const { url, name, codec } = parts;
    this.#client = createClient({
      url,
      codec,
      authentication: guest(name),
      voice: { transports: ['websocket'] },
      reconnect: () => RECONNECT_MS,
    });
    let isUp = false;
    this.#client.on('stateChanged', ({ state }) => {
      if (state.status === 'connected') {
        isUp = true;
        if (this.sessions.at(-1) !== state.session) this.sessions.push(state.session);
      }
      if (state.status !== 'reconnecting' || !isUp) return;
      isUp = false;
      if (this.#struck !== null && this.#pending === this.#struck) this.interrupted += 1;
      this.#struck = null;
    });
  }

  get pending(): boolean {
    return this.#pending !== null;
  }

  /** To be called when the server is killed. */
  strike(): void {
    this.#struck = this.#pending;
  }

  get connected(): boolean {
    return this.#client.state.status === 'connected';
  }

  async start(): Promise<void> {
    await this.#client.connect();
    this.#running = this.#write().catch((error: unknown) => {
      this.failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
  }

  /** Resolves when the last write is acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#client.close();
    await this.#running;
  }

  async #write(): Promise<void> {
    const { name, periodMs } = this.#parts;
    while (!this.#stopped) {
      const startedAt = performance.now();
      const channel = this.channels.at(-1);
      if (channel === undefined || channel.asked === CHANGES) await this.#create(name);
      else await this.#change(channel);
      await lasting(Math.max(0, periodMs - (performance.now() - startedAt)));
    }
  }

  async #create(writer: string): Promise<void> {
    const name = `${writer} ${this.channels.length + 1}`;
    const channel: WrittenChannel = { name, id: null, acknowledged: 0, asked: 0 };
    this.channels.push(channel);
    await this.#until(async () => {
      const known = this.#orphan(() => this.#client.channels.find(name)?.id);
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

  /** Looked up only where a session took the answer with it. */
  #orphan<T>(look: () => T): T | undefined {
    return this.#lost ? look() : undefined;
  }

  async #recover(error: unknown): Promise<void> {
    if (error instanceof WireError && error.retryAfterMs !== undefined) {
      await lasting(error.retryAfterMs);
      return;
    }
    if (!isVoiceError(error) || error.code !== 'ERR_CLIENT_DISCONNECTED') throw error;
    this.#lost = true;
    this.orphaned += 1;
    while (!this.connected) await lasting(RECONNECT_MS);
  }
}
