import { DOWNLINK_SENDER_OFFSET } from '@sidetone/protocol';

export const FRAME_MS = 20;
const SEQ_OFFSET = 1 + DOWNLINK_SENDER_OFFSET + 2;

/** One of the talkers: sends its frame `index` and says under which (source, seq) it arrives. */
export interface Talker {
  send(index: number): { readonly source: number; readonly seq: number };
}

export interface LoadResult {
  readonly sent: number;
  readonly received: number;
  /** Milliseconds from send to receipt, sorted. */
  readonly latenciesMs: readonly number[];
}

/** Every so many deliveries one latency is kept: a million numbers would measure the collector. */
const SAMPLE_EVERY = 7;

/** Sends at 50 frames/s a talker on an absolute schedule and counts what comes out. */
export class Load {
  readonly #talkers: readonly Talker[];
  readonly #sentAt = new Map<number, number>();
  #received = 0;
  #latencies: number[] = [];
  #next: number[];

  constructor(talkers: readonly Talker[]) {
    this.#talkers = talkers;
    this.#next = talkers.map(() => 0);
  }

  /** A downlink media packet: type, route, source, sender part. */
  receive(packet: Uint8Array): void {
    this.#received += 1;
    if (this.#received % SAMPLE_EVERY !== 0) return;
    const source = ((packet[3] ?? 0) << 8) | (packet[4] ?? 0);
    const seq = ((packet[SEQ_OFFSET] ?? 0) << 8) | (packet[SEQ_OFFSET + 1] ?? 0);
    const sentAt = this.#sentAt.get((source << 16) | seq);
    if (sentAt !== undefined) this.#latencies.push(performance.now() - sentAt);
  }

  async run(durationMs: number): Promise<LoadResult> {
    this.#received = 0;
    this.#latencies = [];
    const start = performance.now();
    const frames = Math.floor(durationMs / FRAME_MS);
    const due = this.#talkers.flatMap((_, talker) =>
      Array.from({ length: frames }, (_, frame) => ({
        talker,
        at: start + frame * FRAME_MS + (talker * FRAME_MS) / this.#talkers.length,
      })),
    );
    due.sort((a, b) => a.at - b.at);
    let index = 0;
    await new Promise<void>((resolve) => {
      const step = (): void => {
        const now = performance.now();
        for (let next = due[index]; next && next.at <= now; next = due[(index += 1)]) {
          this.#send(next.talker);
        }
        if (index < due.length) setTimeout(step, 1);
        else setTimeout(resolve, 250);
      };
      step();
    });
    return {
      sent: due.length,
      received: this.#received,
      latenciesMs: this.#latencies.sort((a, b) => a - b),
    };
  }

  #send(talker: number): void {
    const index = this.#next[talker] ?? 0;
    this.#next[talker] = index + 1;
    const sentAt = performance.now();
    const sent = this.#talkers[talker]?.send(index);
    if (sent) this.#sentAt.set((sent.source << 16) | sent.seq, sentAt);
  }
}
