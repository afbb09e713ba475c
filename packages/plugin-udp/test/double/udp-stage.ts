import {
  Clock,
  MemoryMetrics,
  Metrics,
  VoiceIngress,
  VoiceTransport,
  type VoiceSession,
} from '@sidetone/core';
import { udp, type UdpOptions } from '@sidetone/plugin-udp';
import {
  createFakeClock,
  give,
  mountPlugin,
  RecordingVoiceIngress,
  type FakeClock,
  type MountedPlugin,
} from '@sidetone/testkit';
import { UdpClient } from './udp-client.js';

/** The plugin with everything around it that a test looks at or moves. */
export class UdpStage {
  readonly clock: FakeClock = createFakeClock(1_000);
  readonly metrics = new MemoryMetrics();
  readonly ingress = new RecordingVoiceIngress();
  readonly #options: UdpOptions | undefined;
  readonly #clients: UdpClient[] = [];
  #mounted: MountedPlugin | null = null;
  #sessions = 0;

  constructor(options?: UdpOptions) {
    this.#options = options;
  }

  get voice(): VoiceTransport {
    if (this.#mounted === null) throw new Error('the stage was not started');
    return this.#mounted.get(VoiceTransport);
  }

  async start(): Promise<void> {
    this.#mounted = await mountPlugin(udp(this.#options), [
      give(Clock, this.clock),
      give(Metrics, this.metrics),
      give(VoiceIngress, this.ingress),
    ]);
  }

  get dropped(): Readonly<Record<string, number>> {
    return this.counted('udp.dropped.');
  }

  /** Counters above zero that begin with `prefix`, without it. */
  counted(prefix: string): Readonly<Record<string, number>> {
    return Object.fromEntries(
      Object.entries(this.metrics.snapshot())
        .filter(([key, value]) => key.startsWith(prefix) && value > 0)
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  }

  session(): VoiceSession {
    this.#sessions += 1;
    return { id: `session-${this.#sessions}`, handle: this.#sessions };
  }

  /** A client of its own session, or one more socket with the keys of another client's. */
  async client(offer = this.voice.offer(this.session()), host?: string): Promise<UdpClient> {
    const client = await UdpClient.open(offer, host);
    this.#clients.push(client);
    return client;
  }

  /** Another socket of a client's, which goes on with its packet numbers. */
  async elsewhere(client: UdpClient, host?: string): Promise<UdpClient> {
    const moved = await client.elsewhere(host);
    this.#clients.push(moved);
    return moved;
  }

  async confirmed(): Promise<UdpClient> {
    const client = await this.client();
    await client.confirm();
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.close();
    await this.#mounted?.close();
  }
}
