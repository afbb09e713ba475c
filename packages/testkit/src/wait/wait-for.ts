import { inspect } from 'node:util';
import { optionError, testkitError } from '../error/error-codes.js';

export interface WaitOptions {
  /** Real time until it gives up, 5,000 by default. */
  readonly timeoutMs?: number;
  /** Says what is there instead, for the failure's message. The last value, unless given. */
  readonly describe?: () => string;
}

/** What `waitFor` gives back: everything of T that ends the wait. */
export type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

const POLL_MS = 4;

/**
 * Asks `condition` until it answers with something truthy, and gives that back. It is asked once at
 * once, then every few milliseconds of real time (also when the code under test runs on a fake
 * clock). A condition that throws counts as not yet, so assertions may stand in it.
 *
 * Fails with `ERR_TESTKIT_WAIT_TIMEOUT`; the message says what was seen instead, and the last error
 * of the condition is its `cause`.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Truthy<T>> {
  const { timeoutMs = 5000, describe } = options;
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw optionError('timeoutMs', timeoutMs, 'give milliseconds between 0 and 2^31');
  }
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look(condition, deadline);
    if (seen.kind === 'value' && seen.value) return seen.value as Truthy<T>;
    if (performance.now() >= deadline) throw timeout(timeoutMs, seen, describe);
    await pause(POLL_MS);
  }
}

type Seen<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'noAnswer' };

async function look<T>(condition: () => T | Promise<T>, deadline: number): Promise<Seen<T>> {
  try {
    const answer = condition();
    if (!(answer instanceof Promise)) return { kind: 'value', value: answer };
    return await answerBefore(deadline, answer);
  } catch (error) {
    return { kind: 'error', error };
  }
}

async function answerBefore<T>(deadline: number, answer: Promise<T>): Promise<Seen<T>> {
  let timer: NodeJS.Timeout | undefined;
  const none = new Promise<Seen<T>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'noAnswer' }), deadline - performance.now());
  });
  try {
    return await Promise.race([answer.then((value): Seen<T> => ({ kind: 'value', value })), none]);
  } finally {
    clearTimeout(timer);
  }
}

function timeout(
  timeoutMs: number,
  seen: Seen<unknown>,
  describe: (() => string) | undefined,
): Error {
  const message = `gave up after ${timeoutMs} ms; seen instead: ${describe?.() ?? tell(seen)}`;
  return testkitError(
    'ERR_TESTKIT_WAIT_TIMEOUT',
    message,
    seen.kind === 'error' ? { cause: seen.error } : {},
  );
}

function tell(seen: Seen<unknown>): string {
  switch (seen.kind) {
    case 'value':
      return `the value "${inspect(seen.value, { depth: 3, breakLength: Infinity })}"`;
    case 'error':
      return `the error "${seen.error instanceof Error ? seen.error.message : inspect(seen.error)}"`;
    case 'noAnswer':
      return 'a condition whose promise never settled';
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
