import {
  createTcpImpairment,
  createUdpImpairment,
  waitFor,
  type TcpImpairment,
  type UdpImpairment,
  type UdpImpairmentOptions,
} from '@sidetone/testkit';
import { ChildProgram } from './child-program.js';
import { freeUdpPort } from './free-port.js';
import type { PeopleCalls } from './people-program.js';
import type { PersonSettings } from './recorded-person.js';
import type { ServerCalls, ServerSettings } from './server-program.js';

/** Fates of the bad networks follow from it. */
const SEED = 3;
/** Where the server is. Clients send datagrams to the host that their control connection goes to. */
const GOOD_HOST = '127.0.0.2';
const AMPLE = { commandBurst: 1000, commandsPerSecond: 1000 } as const;

export interface Arrival {
  readonly name: string;
  readonly transport: PersonSettings['transport'];
  readonly channels: readonly string[];
  /** Whose network it uses; the bad one by default. */
  readonly url?: string;
  readonly staysAway?: boolean;
}

/** A server and people in processes of their own, and a network in between that can be broken. */
export class ImpairedOperation {
  readonly #settings: ServerSettings;
  readonly #udpOptions: Partial<UdpImpairmentOptions>;
  readonly #closers: (() => Promise<void>)[] = [];
  server: ChildProgram<ServerCalls>;
  /** Past the bad networks: over it datagrams go straight to the server too. */
  readonly directUrl: string;
  readonly people: ChildProgram<PeopleCalls>;
  /** Where `url` leads through. */
  readonly control: TcpImpairment;
  /** Where the datagrams of those go through whose control connection goes over a bad network. */
  udp: UdpImpairment;

  private constructor(parts: {
    readonly settings: ServerSettings;
    readonly udpOptions: Partial<UdpImpairmentOptions>;
    readonly server: ChildProgram<ServerCalls>;
    readonly directUrl: string;
    readonly control: TcpImpairment;
    readonly udp: UdpImpairment;
  }) {
    this.#settings = parts.settings;
    this.#udpOptions = parts.udpOptions;
    this.server = parts.server;
    this.directUrl = parts.directUrl;
    this.control = parts.control;
    this.udp = parts.udp;
    this.people = ChildProgram.start<PeopleCalls>('./people-program.ts');
  }

  static async start(
    serverSettings: ServerSettings = {},
    udpOptions: Partial<UdpImpairmentOptions> = {},
  ): Promise<ImpairedOperation> {
    // The same port of two hosts, so that one offer of the server fits both ways to it.
    const udp = await openUdpImpairment(udpOptions);
    const settings = {
      limits: AMPLE,
      host: GOOD_HOST,
      udp: { host: GOOD_HOST, port: udp.port },
      drainTimeoutMs: 0,
      ...serverSettings,
    };
    const server = ChildProgram.start<ServerCalls>('./server-program.ts', settings);
    try {
      const directUrl = await server.call('start');
      const target = { host: GOOD_HOST, port: Number(new URL(directUrl).port) };
      const control = await createTcpImpairment({ seed: SEED, target });
      return new ImpairedOperation({ settings, udpOptions, server, directUrl, control, udp });
    } catch (error) {
      await Promise.all([server.stop(), udp.close()]);
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.control.port}`;
  }

  /** Where the server itself takes datagrams. */
  get serverUdp(): { readonly host: string; readonly port: number } {
    return { host: GOOD_HOST, port: this.udp.port };
  }

  /** A second way to the server that can be broken by itself. */
  async anotherNetwork(): Promise<TcpImpairment> {
    const target = { host: GOOD_HOST, port: Number(new URL(this.directUrl).port) };
    const network = await createTcpImpairment({ seed: SEED, target });
    this.#closers.push(() => network.close());
    return network;
  }

  /** Signed in, joined, and with its voice on the path it wants; resolves with the session. */
  async person({ channels, url = this.url, ...who }: Arrival): Promise<string> {
    const { people } = this;
    const { name, transport } = who;
    const session = await people.call('connect', { ...who, url });
    await people.call('join', { name, channels });
    await waitFor(
      async () => {
        const { up, down } = await people.call('voice', name);
        return up === transport && down === transport;
      },
      { timeoutMs: 15_000, describe: () => `${name} has no voice over ${transport}` },
    );
    return session;
  }

  /** A server of the same ports that waits for its start, so that it can take over within moments. */
  async prepareReplacement(): Promise<ChildProgram<ServerCalls>> {
    const httpPort = Number(new URL(this.directUrl).port);
    const settings = { ...this.#settings, httpPort };
    const replacement = ChildProgram.start<ServerCalls>('./server-program.ts', settings);
    this.#closers.push(() => replacement.stop());
    // Its modules are loaded when it answers anything.
    await replacement.call('uncaught');
    return replacement;
  }

  /** The UDP port is closed: senders are told that nobody is there. */
  async closeUdp(): Promise<void> {
    await this.udp.close();
  }

  async reopenUdp(): Promise<void> {
    this.udp = await openUdpImpairment(this.#udpOptions, this.udp.port);
  }

  async end(): Promise<void> {
    this.control.heal();
    await this.people.stop();
    if (this.server.running) {
      await this.server.call('stop');
      await this.server.stop();
    }
    for (const close of this.#closers.splice(0)) await close();
    await this.control.close();
    await this.udp.close();
  }
}

/** Its target is its own port at the server's host. */
async function openUdpImpairment(
  options: Partial<UdpImpairmentOptions>,
  port?: number,
): Promise<UdpImpairment> {
  const own = port ?? (await freeUdpPort());
  const target = { host: GOOD_HOST, port: own };
  return createUdpImpairment({ seed: SEED, ...options, target, port: own });
}
