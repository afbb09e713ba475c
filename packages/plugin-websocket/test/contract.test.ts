import { once } from 'node:events';
import { ControlIngress, HttpServer, VoiceIngress, VoiceTransport } from '@sidetone/core';
import { websocket } from '@sidetone/plugin-websocket';
import { buildMessage, PacketType, parseMessage } from '@sidetone/protocol';
import {
  describeControlTransport,
  describeVoiceTransport,
  give,
  mountPlugin,
  RecordingControlIngress,
  RecordingVoiceIngress,
  type ControlTransportBench,
  type MountedPlugin,
  type VoiceTransportBench,
} from '@sidetone/testkit';
import { WebSocket } from 'ws';
import { UpgradeListener } from './double/upgrade-listener.js';

interface Client {
  readonly socket: WebSocket;
  readonly texts: string[];
  readonly binaries: Uint8Array[];
}

interface Bench {
  readonly mounted: MountedPlugin;
  connect(): Promise<Client>;
  close(): Promise<void>;
}

async function createBench(control: ControlIngress, voice: VoiceIngress): Promise<Bench> {
  const listener = new UpgradeListener();
  const mounted = await mountPlugin(websocket(), [
    give(HttpServer, listener),
    give(ControlIngress, control),
    give(VoiceIngress, voice),
  ]);
  await listener.open();
  return {
    mounted,
    async connect() {
      const socket = new WebSocket(`ws://127.0.0.1:${listener.port}/voice`, 'sidetone.v1');
      const client: Client = { socket, texts: [], binaries: [] };
      socket.on('error', () => socket.terminate());
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) client.binaries.push(data);
        else client.texts.push(data.toString());
      });
      await once(socket, 'open');
      return client;
    },
    async close() {
      listener.cut();
      await mounted.close();
      await listener.close();
    },
  };
}

async function createControlBench(control: ControlIngress): Promise<ControlTransportBench> {
  const bench = await createBench(control, new RecordingVoiceIngress());
  return {
    async connect() {
      const { socket, texts } = await bench.connect();
      let end: { readonly code: number; readonly reason: string } | null = null;
      socket.on('close', (code, reason) => {
        end = { code, reason: reason.toString() };
      });
      return {
        send: (text) => socket.send(text),
        received: texts,
        get end() {
          return end;
        },
        close: () => socket.close(),
        vanish: () => socket.terminate(),
      };
    },
    close: () => bench.close(),
  };
}

async function createVoiceBench(voice: VoiceIngress): Promise<VoiceTransportBench> {
  const control = new RecordingControlIngress();
  const bench = await createBench(control, voice);
  return {
    transport: bench.mounted.get(VoiceTransport),
    async connect(session) {
      const { socket, binaries } = await bench.connect();
      control.accepted.at(-1)?.peer.authenticated(session);
      return {
        send: (body) => socket.send(buildMessage(PacketType.media, body)),
        get received() {
          return binaries.filter(isMedia);
        },
        vanish: () => socket.terminate(),
      };
    },
    close: () => bench.close(),
  };
}

function isMedia(message: Uint8Array): boolean {
  const parsed = parseMessage(message);
  return parsed.ok && parsed.type === PacketType.media;
}

describe('websocket()', () => {
  const runner = { describe, it };
  describeControlTransport(runner, { create: createControlBench, messageBytes: 64 * 1024 });
  describeVoiceTransport(runner, { create: createVoiceBench, noticesLoss: true });
});
