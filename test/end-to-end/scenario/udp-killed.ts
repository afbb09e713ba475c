import { waitFor } from '@sidetone/testkit';
import { wallTime } from '../support/hearing.js';
import { lasting } from '../support/lasting.js';
import { longestSilenceMs, TwoConversations, type Conversation } from './two-conversations.js';

/** `refused`: the port is closed, and senders are told. The others lose everything in silence. */
export type UdpKill = 'refused' | 'uplink' | 'downlink';

export interface UdpKilled {
  /** Datagrams that were lost to it; for `refused`, clients that were told. */
  readonly struck: number;
  /** The longest silence that each conversation had. */
  readonly talkerGapMs: number;
  readonly listenerGapMs: number;
  /** From the fault until voice of each went another way; `null` where it need not. */
  readonly movedMs: Readonly<Record<'Mover' | 'Roamer', number>>;
  /** From the healing until both had their voice on UDP again. */
  readonly backMs: number;
  /**
   * Frames that WebSocket would have carried too late: a machine that is busy with something else
   * for hundreds of milliseconds makes the clock of that path drop them, as it should.
   */
  readonly tooLate: number;
  readonly still: Conversation;
  readonly roamer: Conversation;
}

const PATIENCE_MS = 60_000;

/** UDP dies in the middle of a sentence, and some seconds later it is there again. */
export async function udpKilled(kill: UdpKill): Promise<UdpKilled> {
  return TwoConversations.run({}, async (conversations) => {
    const { operation } = conversations;
    const { people } = operation;
    const startedAt = wallTime();
    if (kill === 'refused') await operation.closeUdp();
    else operation.udp.cut(kill);
    const moved = async (name: 'Mover' | 'Roamer'): Promise<number> => {
      await waitFor(
        async () => {
          const { up, down } = await people.call('voice', name);
          return up === 'websocket' && down === 'websocket';
        },
        { timeoutMs: PATIENCE_MS, describe: () => `${name} stays on UDP` },
      );
      return wallTime() - startedAt;
    };
    const movedMs = { Mover: await moved('Mover'), Roamer: await moved('Roamer') };
    await lasting(500);

    const struck =
      kill === 'refused' ? await told(conversations) : operation.udp.statistics(kill).cut;
    const healedAt = wallTime();
    if (kill === 'refused') await operation.reopenUdp();
    else operation.udp.heal(kill);
    await waitFor(
      async () => {
        const voices = await Promise.all(
          ['Mover', 'Roamer'].map((name) => people.call('voice', name)),
        );
        return voices.every(({ up, down }) => up === 'udp' && down === 'udp');
      },
      { timeoutMs: PATIENCE_MS, describe: () => 'voice does not come back to UDP' },
    );
    const backMs = wallTime() - healedAt;
    await lasting(500);
    const { still, roamer } = await conversations.hush();
    return {
      struck,
      talkerGapMs: longestSilenceMs(still, startedAt),
      listenerGapMs: longestSilenceMs(roamer, startedAt),
      movedMs,
      backMs,
      tooLate: await tooLate(conversations),
      still,
      roamer,
    };
  });
}

/** How many clients left UDP, of which nothing tells but the system's word that nobody is there. */
async function told({ operation }: TwoConversations): Promise<number> {
  const left = await Promise.all(
    ['Mover', 'Roamer'].map(async (name) => {
      const changes = await operation.people.call('pathChanges', name);
      return changes.some(({ direction, path }) => direction === 'up' && path === 'websocket');
    }),
  );
  return left.filter(Boolean).length;
}

async function tooLate({ operation }: TwoConversations): Promise<number> {
  const { 'websocket.dropped.stalled': down = 0 } = await operation.server.call('metrics');
  const { uplinkTooSlow: up = 0 } = await operation.people.call('dropped', 'Mover');
  return down + up;
}
