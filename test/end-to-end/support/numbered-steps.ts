import { WireClient } from '../../wire/wire-client.js';
import type { ChildProgram } from './child-program.js';
import type { ImpairedOperation } from './impaired-operation.js';
import { lasting } from './lasting.js';
import type { ServerCalls } from './server-program.js';

const PERIOD_MS = 20;

/** Somebody whose doings are numbered, so that whoever misses or doubles one of them shows it. */
export class NumberedSteps {
  readonly #client: WireClient;
  readonly #name: string;
  readonly #server: ChildProgram<ServerCalls>;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  /** The lines that a journal should have of it, in order. */
  readonly expected: string[] = [];

  private constructor(client: WireClient, name: string, server: ChildProgram<ServerCalls>) {
    this.#client = client;
    this.#name = name;
    this.#server = server;
  }

  static async connect(
    { directUrl, server }: Pick<ImpairedOperation, 'directUrl' | 'server'>,
    name: string,
  ): Promise<NumberedSteps> {
    return new NumberedSteps(await WireClient.connect(directUrl, name), name, server);
  }

  /** Mutes, joins, leaves and writes a number on the wall, again and again until `stop`. */
  start(): void {
    this.#running = (async () => {
      for (let step = 1; !this.#stopped; step += 1) await this.#step(step);
    })();
    this.#running.catch(() => {});
  }

  /** Resolves when the last step is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#client.close();
  }

  async #step(step: number): Promise<void> {
    const flight = this.#client.channels.get('Flight') ?? '';
    const muted = step % 2 === 1;
    await this.#client.request('session.setState', { muted });
    await this.#client.request('channel.join', { channel: flight });
    await this.#client.request('channel.leave', { channel: flight });
    await this.#server.call('setTopic', { channel: 'Ground', topic: `step ${step}` });
    this.expected.push(
      `participantUpdated ${this.#name} ${muted ? 'muted' : 'unmuted'} hearing`,
      `membershipChanged ${this.#name} Flight in`,
      `membershipChanged ${this.#name} Flight out`,
      `channelUpdated Ground "step ${step}"`,
    );
    await lasting(PERIOD_MS);
  }
}
