import { isWireErrorCode } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import { coreError } from '../error/error-codes.js';
import { withDeadline } from '../server/deadline.js';
import { frozenCopy } from './frozen-copy.js';
import type { HookFailures, HookOwner } from './hook-failures.js';
import type { Guard, GuardRequest, GuardVerdict } from './hooks.js';

export type Refusal = Extract<GuardVerdict, { allow: false }>;

interface RegisteredGuard {
  readonly owner: HookOwner;
  readonly guard: Guard;
}

const MAX_MESSAGE_LENGTH = 1024;

/** The guards of each command, asked one after another until one refuses. Fails closed. */
export class GuardChain {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #failures: HookFailures;
  readonly #guards = new Map<string, RegisteredGuard[]>();

  constructor(clock: Clock, timeoutMs: number, failures: HookFailures) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#failures = failures;
  }

  add(plugin: string, command: string, guard: Guard): void {
    const guards = this.#guards.get(command) ?? [];
    guards.push({ owner: { plugin, kind: 'guard', on: command }, guard });
    this.#guards.set(command, guards);
  }

  /** Commands that are guarded and which nobody can call: a guard of theirs would never be asked. */
  guardedInVain(commands: ReadonlySet<string>): readonly HookOwner[] {
    return [...this.#guards.values()]
      .flat()
      .map(({ owner }) => owner)
      .filter(({ on }) => !commands.has(on));
  }

  /** Never rejects. */
  async refusal(request: GuardRequest): Promise<Refusal | null> {
    for (const registered of this.#guards.get(request.command) ?? []) {
      const refusal = await this.#ask(registered, request);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  async #ask({ owner, guard }: RegisteredGuard, request: GuardRequest): Promise<Refusal | null> {
    let late = false;
    const expired = (): Error => {
      late = true;
      return coreError('ERR_PLUGIN_TIMEOUT', `no verdict within ${this.#timeoutMs} ms`);
    };
    try {
      const ask = (): unknown => guard(frozenCopy(request));
      return this.#judge(owner, await withDeadline(this.#clock, this.#timeoutMs, ask, expired));
    } catch (error) {
      this.#failures.report(
        owner,
        late ? 'did not answer in time: refused' : 'threw: refused',
        error,
      );
      return late ? lateGuard() : brokenGuard();
    }
  }

  #judge(owner: HookOwner, verdict: unknown): Refusal | null {
    const { allow, code, message } = (verdict ?? {}) as Record<string, unknown>;
    if (allow === true) return null;
    const wellFormed = allow === false && typeof code === 'string' && typeof message === 'string';
    if (wellFormed && isWireErrorCode(code)) {
      return { allow: false, code, message: message.slice(0, MAX_MESSAGE_LENGTH) };
    }
    this.#failures.report(
      owner,
      'returned no verdict: refused; return { allow: true } or { allow: false, code, message } with a wire code',
    );
    return brokenGuard();
  }
}

function lateGuard(): Refusal {
  const message = 'the server could not decide in time; try again';
  return { allow: false, code: 'REQUEST_TIMEOUT', message };
}

/** What the client hears says nothing of the cause: it may name what the client must not know. */
function brokenGuard(): Refusal {
  const message = 'a check of the server failed; its log says why';
  return { allow: false, code: 'ACCESS_DENIED', message };
}
