import type { AudioSource } from '@sidetone/client-sdk';

/** 20 ms at 48 kHz. */
const STEP_SAMPLES = 960;
/** A level counts for so long: longer than any frame, shorter than anybody would notice. */
const VALID_MS = 250;
const SILENT = 127;

/** Loudness 0 (loudest) to 127 in -dBov, of who was heard just now. */
export class Levels {
  readonly #bySubject = new Map<string, { readonly level: number; readonly at: number }>();

  set(subject: string, level: number, nowMs: number): void {
    this.#bySubject.set(subject, { level, at: nowMs });
  }

  /** `null` for silence. */
  get(subject: string, nowMs: number): number | null {
    const last = this.#bySubject.get(subject);
    return last !== undefined && nowMs - last.at <= VALID_MS ? last.level : null;
  }

  forget(subject: string): void {
    this.#bySubject.delete(subject);
  }
}

/** The same source, which tells how loud it is as it is read, 20 ms at a time. */
export function metered(source: AudioSource, onLevel: (level: number) => void): AudioSource {
  async function* samples(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const step = STEP_SAMPLES * source.channels;
    for await (const chunk of source.samples(signal)) {
      for (let start = 0; start < chunk.length; start += step) {
        const part = chunk.subarray(start, start + step);
        onLevel(levelOf(part));
        yield part;
      }
    }
  }
  return { ...source, samples };
}

export function levelOf(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  if (energy === 0) return SILENT;
  const dbov = 10 * Math.log10(energy / samples.length);
  return Math.min(SILENT, Math.max(0, Math.round(-dbov)));
}
