import { isWireErrorCode, wireErrors } from '@sidetone/protocol';
import type { VoiceError, WireError } from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../clock/clock.js';
import type { DisconnectReason } from './client-state.js';
import { fullJitter, type ReconnectPolicy } from './reconnect-policy.js';

export interface OutageParts {
  readonly clock: Clock;
  readonly policy: ReconnectPolicy;
  /** The app's policy threw; the default one decides in its place. */
  readonly policyFailed: (cause: unknown) => void;
  /** Keeps the program running until what it returns is called. */
  readonly keepRunning: () => () => void;
}

/** A connection that ends sooner has not proved that the network is well. */
const PROVED_MS = 1_000;
/** That the server, or our reading of what it sends, is well takes longer to show. */
const SERVER_PROVED_MS = 10_000;
/** Timers of Node and of browsers take no more, and run out at once instead. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The time without a connection: how often it was tried, and when the next attempt is due. */
export class Outage {
  readonly #parts: OutageParts;
  #startedAt = 0;
  #attempts = 0;
  #connectedAt: number | null = null;
  #endWait: (() => void) | null = null;
  #attempt: (() => void) | null = null;

  constructor(parts: OutageParts) {
    this.#parts = parts;
  }

  /** Attempts so far, the one under way or waited for included. */
  get attempt(): number {
    return this.#attempts;
  }

  /** The connection stands. */
  over(): void {
    this.#connectedAt = this.#parts.clock.now();
  }

  /** Whether what ended now had failed shortly before, too. */
  get continues(): boolean {
    return this.#attempts > 1;
  }

  /** A connection or an attempt has ended. Milliseconds to the next attempt; `null`: there is none. */
  next(reason: DisconnectReason): number | null {
    const now = this.#parts.clock.now();
    if (this.#connectedAt !== null) this.#begin(reason, now - this.#connectedAt, now);
    this.#connectedAt = null;
    this.#attempts += 1;
    if (isForGood(reason)) return null;
    const context = { attempt: this.#attempts, elapsedMs: now - this.#startedAt, reason };
    const delayMs = this.#decide(context);
    if (delayMs === null) return null;
    return Math.min(Math.max(delayMs, leastDelayMs(reason)), LONGEST_WAIT_MS);
  }

  /** Whether the next attempt is waited for. */
  get waiting(): boolean {
    return this.#attempt !== null;
  }

  /** Calls `attempt` when the time has come. */
  wait(delayMs: number, attempt: () => void): void {
    const { clock, keepRunning } = this.#parts;
    const release = keepRunning();
    const cancelTimer: CancelTimer = clock.after(delayMs, () => this.hurry());
    this.#attempt = attempt;
    this.#endWait = () => {
      cancelTimer();
      release();
    };
  }

  /** Ends the wait, if there is one, with the attempt. */
  hurry(): void {
    const attempt = this.#attempt;
    this.stop();
    attempt?.();
  }

  /** Ends the wait without an attempt. */
  stop(): void {
    this.#endWait?.();
    this.#endWait = null;
    this.#attempt = null;
  }

  /** The network is another one now: what was learnt of the former counts no more. */
  networkChanged(): void {
    this.#attempts = 1;
  }

  #begin(reason: DisconnectReason, livedMs: number, now: number): void {
    const isNetwork = reason.kind === 'connectionLost' || reason.kind === 'serverSilent';
    if (isNetwork || livedMs >= SERVER_PROVED_MS) this.#startedAt = now;
    if (livedMs >= (isNetwork ? PROVED_MS : SERVER_PROVED_MS)) this.#attempts = 0;
  }

  #decide(context: Parameters<ReconnectPolicy>[0]): number | null {
    try {
      const delayMs = this.#parts.policy(context);
      if (delayMs === null || (Number.isFinite(delayMs) && delayMs >= 0)) return delayMs;
      this.#parts.policyFailed(new RangeError(`"${String(delayMs)}" is no delay in milliseconds`));
    } catch (cause) {
      this.#parts.policyFailed(cause);
    }
    return fullJitter()(context);
  }
}

/** The server has said that coming back makes no sense. */
function isForGood(reason: DisconnectReason): boolean {
  if (reason.kind === 'closedByServer') return reason.comeBack === 'never';
  return reason.kind === 'signInFailed' && isRefusal(reason.error);
}

/** What the server will say again next time. */
export function isRefusal({ code }: VoiceError): boolean {
  if (code === 'ERR_CLIENT_AUTHENTICATION_METHOD') return true;
  return isWireErrorCode(code) && !wireErrors[code].retryable;
}

function leastDelayMs(reason: DisconnectReason): number {
  if (reason.kind === 'closedByServer') return reason.retryAfterMs ?? 0;
  if (reason.kind !== 'signInFailed') return 0;
  return (reason.error as WireError).retryAfterMs ?? 0;
}
