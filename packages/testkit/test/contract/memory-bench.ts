import { ControlIngress, VoiceIngress, VoiceTransport } from '@sidetone/core';
import { buildMessage, PacketType } from '@sidetone/protocol';
import type { ControlTransportBench } from '../../src/contract/control-transport.js';
import type { VoiceTransportBench } from '../../src/contract/voice-transport.js';
import { give, mountPlugin } from '../../src/plugin/mount-plugin.js';
import { RecordingControlIngress } from '../../src/plugin/recording-control-ingress.js';
import { RecordingVoiceIngress } from '../../src/plugin/recording-voice-ingress.js';
import type { MemoryLink } from '../../src/transport/memory-link.js';
import { memoryTransport } from '../../src/transport/memory-transport.js';

export const MESSAGE_BYTES = 8192;

export async function createControlBench(ingress: ControlIngress): Promise<ControlTransportBench> {
  const transport = memoryTransport({ maxMessageBytes: MESSAGE_BYTES });
  const mounted = await mountPlugin(transport, [
    give(ControlIngress, ingress),
    give(VoiceIngress, new RecordingVoiceIngress()),
  ]);
  return {
    connect: async () => {
      const link = transport.connect();
      return {
        send: (text) => link.sendText(text),
        get received() {
          return link.received.flatMap((each) => (each.kind === 'text' ? [each.text] : []));
        },
        get end() {
          return link.end;
        },
        close: () => link.close(),
        vanish: () => link.terminate(),
      };
    },
    close: () => mounted.close(),
  };
}

export async function createVoiceBench(ingress: VoiceIngress): Promise<VoiceTransportBench> {
  const transport = memoryTransport();
  const control = new RecordingControlIngress();
  const mounted = await mountPlugin(transport, [
    give(ControlIngress, control),
    give(VoiceIngress, ingress),
  ]);
  return {
    transport: mounted.get(VoiceTransport),
    connect: async (session) => {
      const link = transport.connect();
      control.accepted.at(-1)?.peer.authenticated(session);
      return {
        send: (body) => link.sendBinary(buildMessage(PacketType.media, body)),
        get received() {
          return packetsOf(link);
        },
        vanish: () => link.terminate(),
      };
    },
    close: () => mounted.close(),
  };
}

function packetsOf(link: MemoryLink): Uint8Array[] {
  return link.received.flatMap((each) => (each.kind === 'binary' ? [each.bytes] : []));
}
