import type { AccessReason, AccessRule } from '@sidetone/core';

/** One thing that spoke for or against it, with at most one rule. */
export interface Reason extends AccessReason {
  readonly rules?: readonly [AccessRule];
  /** The rule is not to be named to who asks. */
  readonly hidden?: boolean;
}

/** Ids of channels whose seals are thought away. */
export type Lifted = ReadonlySet<string>;

/** An answer that knows how it came about, and which rules it hangs on. */
export interface Verdict {
  readonly allowed: boolean;
  /** All that had a say, the one that decided first. */
  readonly reasons: readonly Reason[];
  /**
   * What would have to go for it to be allowed, no less and no more, where these seals are gone:
   * nothing where it is then; `null` where nothing that goes would help.
   */
  turnToAllowed(lifted: Lifted): Turning;
  /** The same for it to be denied. */
  turnToDenied(): Turning;
}

export const NOTHING_LIFTED: Lifted = new Set();

/** What was asked for is the last part; those before it are what it depends on. */
export function allOf(parts: readonly Verdict[]): Verdict {
  const allowed = parts.every((part) => part.allowed);
  return {
    allowed,
    reasons: reasonsOf(allowed ? [...parts].reverse() : parts.filter((part) => !part.allowed)),
    turnToAllowed: (lifted) => turnAllToAllowed(parts, lifted),
    turnToDenied: () => lastOfLeast(parts.map((part) => part.turnToDenied())),
  };
}

export function anyOf(parts: readonly Verdict[]): Verdict {
  const allowed = parts.some((part) => part.allowed);
  return {
    allowed,
    reasons: reasonsOf(allowed ? parts.filter((part) => part.allowed) : parts),
    turnToAllowed: (lifted) => lastOfLeast(parts.map((part) => part.turnToAllowed(lifted))),
    turnToDenied: () => joined(parts.map((part) => part.turnToDenied())),
  };
}

/** Of no rule of anybody's making. */
export function plainVerdict(allowed: boolean, text: string): Verdict {
  return {
    allowed,
    reasons: [{ text, effect: allowed ? 'allow' : 'deny' }],
    turnToAllowed: () => (allowed ? [] : null),
    turnToDenied: () => (allowed ? null : []),
  };
}

/** A seal that goes lets through what it held back, which may have to go as well. */
function turnAllToAllowed(parts: readonly Verdict[], lifted: Lifted): Turning {
  const turning = joined(parts.map((part) => part.turnToAllowed(lifted)));
  const more = new Set([...lifted, ...(turning ?? []).flatMap(sealOf)]);
  if (turning === null || more.size === lifted.size) return turning;
  const seals = turning.filter((reason) => sealOf(reason).length > 0);
  return joined([seals, turnAllToAllowed(parts, more)]);
}

function sealOf({ rules: [rule] = [] }: Pick<AccessReason, 'rules'>): readonly string[] {
  return rule?.kind === 'seal' && rule.channelId !== undefined ? [rule.channelId] : [];
}

function reasonsOf(parts: readonly Verdict[]): readonly Reason[] {
  return distinct(parts.flatMap(({ reasons }) => reasons));
}

type Turning = readonly Reason[] | null;

/** The last that contains no other: what is the same as long as a part of it is left. */
function lastOfLeast(choices: readonly Turning[]): Turning {
  const isPart = (one: readonly Reason[], other: readonly Reason[]): boolean => {
    const keys = new Set(other.map(keyOf));
    return one.length < other.length && one.every((reason) => keys.has(keyOf(reason)));
  };
  const possible = choices.filter((choice) => choice !== null);
  const least = possible.filter((choice) => !possible.some((other) => isPart(other, choice)));
  return least.at(-1) ?? null;
}

function joined(parts: readonly Turning[]): Turning {
  const all: Reason[] = [];
  for (const part of parts) {
    if (part === null) return null;
    all.push(...part);
  }
  return distinct(all);
}

function distinct(reasons: readonly Reason[]): readonly Reason[] {
  return [...new Map(reasons.map((reason) => [keyOf(reason), reason])).values()];
}

function keyOf({ rules, text }: Reason): string {
  return JSON.stringify(rules ?? text);
}
