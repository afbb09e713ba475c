import {
  ControlIngress,
  createServer,
  type CreateServerOptions,
  type Plugin,
  type SidetoneServer,
} from '../../src/index.js';
import {
  createFakeClock,
  createRecordingLogger,
  type FakeClock,
  type RecordingLogger,
} from '@sidetone/testkit';
import { TestPeer } from './test-peer.js';

/** A server without a network: peers come in through `connect`. */
export interface OpenDoor {
  readonly server: SidetoneServer;
  readonly clock: FakeClock;
  readonly log: RecordingLogger;
  /** From loopback unless said otherwise. */
  connect(remoteAddress?: string): TestPeer;
  /** Connected, signed in, and past its snapshot. */
  enter(name: string): Promise<TestPeer & { readonly session: string }>;
}

export async function openDoor(
  plugins: readonly Plugin[] = [],
  options: CreateServerOptions = {},
): Promise<OpenDoor> {
  const clock = createFakeClock();
  const log = createRecordingLogger();
  let ingress: ControlIngress | undefined;
  const door: Plugin = {
    name: 'door',
    version: '1.0.0',
    requires: [ControlIngress],
    setup(ctx) {
      ctx.onReady(() => {
        ingress = ctx.get(ControlIngress);
      });
    },
  };
  const server = createServer({ clock, log, ...options }).use(door);
  for (const plugin of plugins) server.use(plugin);
  await server.start();
  const connect = (remoteAddress?: string): TestPeer =>
    new TestPeer(ingress as ControlIngress, remoteAddress);
  return {
    server,
    clock,
    log,
    connect,
    async enter(name) {
      const peer = connect();
      const { session } = await peer.signIn(name);
      return Object.assign(peer, { session });
    },
  };
}

/** Lets promises that wait for nothing but each other come to an end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
