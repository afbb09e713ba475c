/** How much of what was heard is kept to be heard again, in memory alone. */
export interface ReplayOptions {
  /** Default 300,000, at most 3,600,000. */
  readonly maxAgeMs?: number;
  /** Of each net. Default 30, 1-1,000. */
  readonly maxTransmissions?: number;
  /** Of all nets together. Default 16 MiB: more than an hour of speech; at least 64 KiB. */
  readonly maxBytes?: number;
  /** Whether whispers and shouts are kept, too. Default false. */
  readonly whispers?: boolean;
}

export type ResolvedReplayOptions = Required<ReplayOptions>;

const DEFAULTS: ResolvedReplayOptions = Object.freeze({
  maxAgeMs: 300_000,
  maxTransmissions: 30,
  maxBytes: 16 << 20,
  whispers: false,
});

/** @returns `null` where nothing is kept; what is wrong is added to `problems` */
export function resolveReplayOptions(
  options: ReplayOptions | false | undefined,
  problems: string[],
): ResolvedReplayOptions | null {
  if (options === false) return null;
  const resolved = { ...DEFAULTS, ...options };
  const { maxAgeMs, maxTransmissions, maxBytes } = resolved;
  if (!isWithin(maxAgeMs, 1_000, 3_600_000)) {
    problems.push(`replay.maxAgeMs "${maxAgeMs}" is not 1,000 to 3,600,000`);
  }
  if (!Number.isInteger(maxTransmissions) || !isWithin(maxTransmissions, 1, 1_000)) {
    problems.push(`replay.maxTransmissions "${maxTransmissions}" is not 1 to 1,000`);
  }
  if (!isWithin(maxBytes, 65_536, 1 << 30)) {
    problems.push(`replay.maxBytes "${maxBytes}" is not 65,536 to 1,073,741,824`);
  }
  return Object.freeze(resolved);
}

function isWithin(value: number, from: number, to: number): boolean {
  return value >= from && value <= to;
}
