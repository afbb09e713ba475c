import type { ReceivedFrame } from '@sidetone/client-sdk';
import type { Delivery } from './network.js';

/** A packet of the simulation, and where in the talk it stands. */
export interface SentFrame extends Delivery {
  /** Counts the talkspurts before it. */
  readonly talkspurt: number;
  /** Counts the frames before it in its talkspurt. */
  readonly position: number;
  readonly end: boolean;
}

/** A frame as it comes in. */
export interface ArrivingFrame extends ReceivedFrame {
  readonly arrivalMs: number;
}

const PACKET = Uint8Array.of(0);

/** Talkspurts end where media time goes on without frames. */
export function inTalkspurts(
  deliveries: readonly Delivery[],
  frameDurationMs: number,
): readonly SentFrame[] {
  let talkspurt = 0;
  let position = 0;
  return deliveries.map((delivery, index) => {
    const next = deliveries[index + 1];
    const end = !next || next.timeMs - delivery.timeMs > 1.5 * frameDurationMs;
    const sent = { ...delivery, talkspurt, position, end };
    talkspurt += end ? 1 : 0;
    position = end ? 0 : position + 1;
    return sent;
  });
}

/** What is not lost, in the order of arrival. */
export function arriving(
  sent: readonly SentFrame[],
  frameDurationMs: ReceivedFrame['durationMs'],
  earlierFrames: number,
): readonly ArrivingFrame[] {
  return sent
    .flatMap(({ seq, timeMs, arrivalMs, position, end }) => {
      if (arrivalMs === null) return [];
      const redundancy = Array.from({ length: Math.min(position, earlierFrames) }, (_, i) => {
        return { seqOffset: i + 1, packet: PACKET };
      });
      return {
        seq,
        time: Math.round(timeMs * 48),
        durationMs: frameDurationMs,
        start: position === 0,
        end,
        packet: PACKET,
        redundancy,
        arrivalMs,
      };
    })
    .sort((left, right) => left.arrivalMs - right.arrivalMs || left.seq - right.seq);
}
