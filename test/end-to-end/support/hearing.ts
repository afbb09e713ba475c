import type { OpusFrame } from '@sidetone/client-sdk';

/** What one person has heard of one session of another. */
export interface Hearing {
  readonly session: string;
  /** Different frames that came. */
  readonly frames: number;
  /** Frames that the app was given a second time. */
  readonly doubled: number;
  /** Frames that never came, between the first and the last one. */
  readonly missing: number;
  /** Lengths of the gaps that they make, in frames. */
  readonly gaps: readonly number[];
  /** The longest times without a frame beyond the frame's own length, longest first. */
  readonly silences: readonly Silence[];
  /** Wall time in ms. */
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface Silence {
  readonly ms: number;
  /** Wall time in ms at which it was over. */
  readonly endedAt: number;
}

const LONGEST = 200;

/** The frames of one talker as they came. */
export class TalkerHearing {
  readonly #session: string;
  readonly #seqs = new Set<number>();
  readonly #silences: Silence[] = [];
  #doubled = 0;
  #firstAt = 0;
  #last: { readonly at: number; readonly durationMs: number } | null = null;

  constructor(session: string) {
    this.#session = session;
  }

  add({ seq, durationMs }: OpusFrame): void {
    if (this.#seqs.has(seq)) {
      this.#doubled += 1;
      return;
    }
    const at = wallTime();
    if (this.#last === null) this.#firstAt = at;
    else this.#silences.push({ ms: at - this.#last.at - this.#last.durationMs, endedAt: at });
    this.#last = { at, durationMs };
    this.#seqs.add(seq);
  }

  summary(): Hearing {
    const seqs = [...this.#seqs].sort((a, b) => a - b);
    const gaps = seqs.flatMap((seq, index) => {
      const gap = seq - (seqs[index - 1] ?? seq - 1) - 1;
      return gap > 0 ? [gap] : [];
    });
    return {
      session: this.#session,
      frames: seqs.length,
      doubled: this.#doubled,
      missing: gaps.reduce((sum, gap) => sum + gap, 0),
      gaps,
      silences: this.#silences.sort((a, b) => b.ms - a.ms).slice(0, LONGEST),
      firstAt: this.#firstAt,
      lastAt: this.#last?.at ?? 0,
    };
  }
}

/** Comparable between the processes of one machine, and finer than a millisecond. */
export function wallTime(): number {
  return performance.timeOrigin + performance.now();
}
