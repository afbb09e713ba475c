import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { http } from '@sidetone/plugin-http';
import { udp } from '@sidetone/plugin-udp';
import { websocket } from '@sidetone/plugin-websocket';
import {
  createUdpImpairment,
  startServer,
  waitFor,
  type StartedServer,
  type UdpImpairment,
} from '@sidetone/testkit';
import { Client } from '../../src/client/client.js';
import { resolveClientOptions } from '../../src/client/client-options.js';
import type { TalkTarget } from '../../src/talk/talk-target.js';
import { guest } from '../../src/control/authentication.js';
import { nodePlatform } from '../../src/node/node-platform.js';
import { flatFrame, passthroughCodec } from './passthrough-codec.js';

const FRAME_MS = 20;
const PLENTY_MS = 30_000;

/** Printed with a failure by the impairment's own messages; it decides every fate. */
const SEED = 5;

/** What the listener has been given. */
export interface Hearing {
  readonly frames: number;
  readonly doubled: number;
  /** Between the first and the last. */
  readonly missing: number;
}

/**
 * A server, somebody who talks without a pause and somebody who listens, all with real sockets, and
 * a bad network under their datagrams alone.
 */
export class ImpairedVoice {
  readonly network: UdpImpairment;
  readonly talker: Client;
  readonly listener: Client;
  /** What voice went by, in the order of the changes: `talker up both`. */
  readonly ways: string[] = [];
  readonly failures: string[] = [];
  readonly #started: StartedServer;
  readonly #seqs: number[] = [];
  #speech: NodeJS.Timeout | null = null;
  #target: TalkTarget | null = null;

  private constructor(started: StartedServer, network: UdpImpairment) {
    this.#started = started;
    this.network = network;
    this.talker = this.#client('talker');
    this.listener = this.#client('listener');
    this.listener.onFrame(({ seq, packet }) => {
      if (packet.length > 0) this.#seqs.push(seq);
    });
  }

  /** Both on UDP, both ways, and the talker well into its sentence. */
  static async start(): Promise<ImpairedVoice> {
    const port = await freePort();
    const network = await createUdpImpairment({ target: { port }, seed: SEED });
    const plugins = [http({ port: 0 }), websocket(), udp({ port, publicPort: network.port })];
    const started = await startServer(plugins, { initialChannels: ['Lobby'] });
    const voice = new ImpairedVoice(started, network);
    await voice.#begin();
    return voice;
  }

  /** Both ends have their voice this way, up and down. */
  async bothOn(path: 'udp' | 'websocket'): Promise<void> {
    const clients = [this.talker, this.listener];
    const seen = (): string => clients.map(({ voice }) => `${voice?.up}/${voice?.down}`).join(', ');
    await waitFor(() => clients.every(({ voice }) => voice?.up === path && voice.down === path), {
      timeoutMs: PLENTY_MS,
      describe: () => `${seen()} after ${this.ways.join('; ')}`,
    });
  }

  /** So many more frames are heard. */
  readonly heard = async (frames: number): Promise<void> => {
    const until = this.#seqs.length + frames;
    await waitFor(() => this.#seqs.length >= until, { timeoutMs: PLENTY_MS });
  };

  /** The sentence ends, and what is under way of it comes in. */
  async hush(): Promise<Hearing> {
    if (this.#speech !== null) clearInterval(this.#speech);
    this.#speech = null;
    const last = Math.max(...this.#seqs);
    this.#target?.stop();
    this.talker.talk.source().write(flatFrame(1));
    await waitFor(() => Math.max(...this.#seqs) > last);
    const first = Math.min(...this.#seqs);
    const heard = new Set(this.#seqs);
    return {
      frames: this.#seqs.length,
      doubled: this.#seqs.length - heard.size,
      missing: Math.max(...this.#seqs) - first + 1 - heard.size,
    };
  }

  async end(): Promise<void> {
    if (this.#speech !== null) clearInterval(this.#speech);
    await Promise.all([this.talker.close(), this.listener.close()]);
    await this.#started.stop();
    await this.network.close();
  }

  async #begin(): Promise<void> {
    await Promise.all([this.talker.connect(), this.listener.connect()]);
    await this.listener.channels.join('Lobby');
    const lobby = await this.talker.channels.join('Lobby');
    const target = await lobby.talk();
    this.#target = target;
    target.start();
    this.#speech = setInterval(() => {
      this.talker.talk.source().write(flatFrame(1));
    }, FRAME_MS);
    await this.bothOn('udp');
    await this.heard(25);
    this.ways.length = 0;
  }

  #client(name: string): Client {
    const client = new Client(
      nodePlatform,
      resolveClientOptions({
        url: this.#started.url ?? '',
        codec: smallPackets(),
        authentication: guest(name),
      }),
    );
    client.on('voicePathChanged', ({ direction, path }) => {
      this.ways.push(`${name} ${direction} ${path}`);
    });
    client.on('voicePathFailed', ({ message }) => this.failures.push(`${name}: ${message}`));
    return client;
  }
}

/** A second of raw samples would be beyond what the server lets a talker send. */
function smallPackets(): ReturnType<typeof passthroughCodec> {
  const codec = passthroughCodec();
  const packet = Uint8Array.of(1, 2, 3, 4);
  return {
    ...codec,
    createEncoder: (settings) => ({
      ...codec.createEncoder(settings),
      encode: () => packet,
    }),
  };
}

/** One that was free a moment ago: the network has to know it before the server has it. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
