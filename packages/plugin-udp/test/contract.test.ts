import { VoiceIngress, VoiceTransport } from '@sidetone/core';
import { udp } from '@sidetone/plugin-udp';
import { PacketType, parseTypeOctet } from '@sidetone/protocol';
import {
  describeVoiceTransport,
  give,
  mountPlugin,
  type VoiceTransportBench,
} from '@sidetone/testkit';
import { UdpClient } from './double/udp-client.js';

async function createBench(ingress: VoiceIngress): Promise<VoiceTransportBench> {
  const mounted = await mountPlugin(udp(), [give(VoiceIngress, ingress)]);
  const transport = mounted.get(VoiceTransport);
  const clients: UdpClient[] = [];
  return {
    transport,
    async connect(session) {
      const client = await UdpClient.open(transport.offer(session));
      clients.push(client);
      await client.confirm();
      return {
        send: (body) => client.send(client.datagram(PacketType.media, body)),
        get received() {
          return client.received.filter(
            ([octet = 0]) => parseTypeOctet(octet) === PacketType.media,
          );
        },
        vanish: () => client.close(),
      };
    },
    async close() {
      for (const client of clients) client.close();
      await mounted.close();
    },
  };
}

describe('udp()', () => {
  describeVoiceTransport({ describe, it }, { create: createBench, noticesLoss: false });
});
