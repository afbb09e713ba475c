import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { PacketType, parseTypeOctet } from '@sidetone/protocol';
import { waitFor, type CapturedDatagram } from '@sidetone/testkit';
import { wallTime } from '../support/hearing.js';
import { TwoConversations, type Conversation } from './two-conversations.js';

/** What the true datagram takes longer than the copy. */
const HEAD_START_MS = 20;

export interface RacingAttacker {
  /** Copies that were ahead of the datagram they were made of. */
  readonly resent: number;
  /** The same ones once more, when all was over. */
  readonly replayed: number;
  /** Datagrams that came to the attacker's address, by type. */
  readonly media: number;
  readonly challenges: number;
  readonly others: number;
  readonly attackMs: number;
  readonly still: Conversation;
  readonly roamer: Conversation;
  readonly metricsBefore: Readonly<Record<string, number>>;
  readonly metricsAfter: Readonly<Record<string, number>>;
}

/**
 * Somebody on the way copies every datagram of the clients and sends it on from an address of its
 * own, faster than the network carries the true one (RFC 9000 section 9.3.3). They are authentic
 * and the newest; only the answer to a challenge, which needs the key, is out of reach.
 */
export async function racingAttacker(datagrams: number): Promise<RacingAttacker> {
  const attacker = createSocket('udp4');
  attacker.bind(0, '127.0.0.1');
  await once(attacker, 'listening');
  const race = new Race(attacker, datagrams);
  const uplink = { delayMs: HEAD_START_MS };
  const udp = { uplink, capture: (datagram: CapturedDatagram) => race.copy(datagram) };
  const moverTalksTo = ['Command', 'Ground'];
  try {
    return await TwoConversations.run({ udp, moverTalksTo }, async (conversations) => {
      const { server, serverUdp } = conversations.operation;
      const metricsBefore = await server.call('metrics');
      race.begin(serverUdp);
      await waitFor(() => race.resent.length >= datagrams, {
        timeoutMs: 30_000,
        describe: () => `${race.resent.length} datagrams were copied`,
      });
      const attackMs = wallTime() - race.begunAt;
      const { still, roamer } = await conversations.hush();
      for (const bytes of race.resent) attacker.send(bytes, serverUdp.port, serverUdp.host);
      const replays = (metrics: Readonly<Record<string, number>>): number =>
        metrics['udp.dropped.replayed'] ?? 0;
      const wanted = replays(metricsBefore) + race.resent.length;
      await waitFor(async () => replays(await server.call('metrics')) >= wanted);
      const { media, challenges, others } = race;
      return {
        resent: race.resent.length,
        replayed: race.resent.length,
        media,
        challenges,
        others,
        attackMs,
        still,
        roamer,
        metricsBefore,
        metricsAfter: await server.call('metrics'),
      };
    });
  } finally {
    attacker.close();
  }
}

class Race {
  readonly #socket: Socket;
  readonly #limit: number;
  #target: { readonly host: string; readonly port: number } | null = null;
  readonly resent: Uint8Array[] = [];
  begunAt = 0;
  media = 0;
  challenges = 0;
  others = 0;

  constructor(socket: Socket, limit: number) {
    this.#socket = socket;
    this.#limit = limit;
    socket.on('message', (bytes) => {
      const type = parseTypeOctet(bytes[0] ?? 0);
      if (type === PacketType.media || type === PacketType.bundle) this.media += 1;
      else if (type === PacketType.probe) this.challenges += 1;
      else this.others += 1;
    });
  }

  begin(target: { readonly host: string; readonly port: number }): void {
    this.#target = target;
    this.begunAt = wallTime();
  }

  copy({ direction, bytes }: CapturedDatagram): void {
    if (!this.#target || direction !== 'uplink' || this.resent.length >= this.#limit) return;
    this.resent.push(bytes);
    this.#socket.send(bytes, this.#target.port, this.#target.host);
  }
}
