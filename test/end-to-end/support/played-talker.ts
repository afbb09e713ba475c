import type { OpusFrame, PlayoutAction, Receiver } from '@sidetone/client-sdk';
import type { Codec } from '@sidetone/protocol';
// What a player makes of one talker before the mix is nothing that apps are given.
import { TalkerPlayer } from '../../../packages/client-sdk/src/audio/talker-player.js';

/** A frame as it came. */
export interface Arrival {
  readonly frame: OpusFrame;
  readonly atMs: number;
}

/** One action of a receiver: a frame that was heard, or a time in which none was. */
export interface Heard {
  readonly kind: PlayoutAction<OpusFrame>['kind'];
  /** Of the frame that is heard; `null` where none is. */
  readonly seq: number | null;
  readonly atMs: number;
  readonly durationMs: number;
}

export interface PlayedTalker {
  /** 48 kHz; sample 0 is where the first frame would be heard without any delay. */
  readonly samples: Float32Array;
  readonly heard: readonly Heard[];
  /** From media time to that of the arrivals, by the fastest packet. */
  readonly baseMs: number;
  readonly statistics: Receiver['statistics'];
}

const BLOCK_MS = 10;
const SAMPLES_PER_MS = 48;
/** The longest delay of a receiver, and the time in which it notices an end. */
const LEFT_MS = 1_000;

/** Notes what a receiver decides. */
class NotedReceiver implements Receiver {
  readonly #receiver: Receiver;
  readonly heard: Heard[] = [];

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  get idle(): boolean {
    return this.#receiver.idle;
  }

  get statistics(): Receiver['statistics'] {
    return this.#receiver.statistics;
  }

  push(frame: OpusFrame, nowMs: number): void {
    this.#receiver.push(frame, nowMs);
  }

  pull(nowMs: number): PlayoutAction<OpusFrame> {
    const action = this.#receiver.pull(nowMs);
    const isFrame = action.kind === 'decode' || action.kind === 'recover';
    this.heard.push({
      kind: action.kind,
      seq: isFrame ? action.seq : null,
      atMs: nowMs,
      durationMs:
        action.kind === 'silence' ? action.sampleCount / SAMPLES_PER_MS : action.durationMs,
    });
    return action;
  }

  stretched(ms: number): void {
    this.#receiver.stretched(ms);
  }
}

/**
 * Plays what came of one talker through a receiver, at the moments at which it came and at the pace
 * of a sound card that asks for 10 ms at a time: by the clock of the arrivals and not by that of the
 * wall, so that a busy machine changes nothing and every receiver is given the same.
 */
export function playTalker(
  arrivals: readonly Arrival[],
  receiver: Receiver,
  codec: Codec,
): PlayedTalker {
  const noted = new NotedReceiver(receiver);
  const refused: unknown[] = [];
  const player = new TalkerPlayer({
    codec,
    channels: 1,
    receiver: noted,
    packetRefused: (cause) => refused.push(cause),
  });
  const mediaMs = ({ frame }: Arrival): number => frame.time / SAMPLES_PER_MS;
  const baseMs = Math.min(...arrivals.map((arrival) => arrival.atMs - mediaMs(arrival)));
  const startMs = baseMs + Math.min(...arrivals.map(mediaMs));
  const endMs = Math.max(...arrivals.map(({ atMs }) => atMs)) + LEFT_MS;
  const blocks = Math.ceil((endMs - startMs) / BLOCK_MS);
  const samples = new Float32Array(blocks * BLOCK_MS * SAMPLES_PER_MS);
  let next = 0;
  for (let block = 0; block < blocks; block += 1) {
    const atMs = startMs + block * BLOCK_MS;
    for (let came = arrivals[next]; came && came.atMs <= atMs; came = arrivals[next]) {
      player.receiver.push(came.frame, came.atMs);
      next += 1;
    }
    const from = block * BLOCK_MS * SAMPLES_PER_MS;
    player.read(samples.subarray(from, from + BLOCK_MS * SAMPLES_PER_MS), atMs);
  }
  player.close();
  if (refused.length > 0) throw new Error(`the decoder refused ${refused.length} packets`);
  return { samples, heard: noted.heard, baseMs, statistics: receiver.statistics };
}
