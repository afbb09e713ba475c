// Somebody with many addresses who guesses passwords, in a process of their own.
import { constants, setPriority } from 'node:os';
import { answerCalls } from './child-program.js';
import { lasting } from './lasting.js';
import { PlainLine } from './plain-line.js';

export interface Flood {
  readonly attempts: number;
  /** From the first attempt to the last. */
  readonly tookMs: number;
  /** How they ended, by code. */
  readonly outcomes: Readonly<Record<string, number>>;
}

// Elsewhere it would not take the server's processors with its own work.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const outcomes: Record<string, number> = {};

async function guess(url: string, name: string, localAddress: string): Promise<void> {
  let code: string = 'NO_CONNECTION';
  try {
    const line = await PlainLine.open(url, localAddress);
    const credentials = { name, password: 'not the pass phrase of anybody' };
    const { error } = await line.signIn({ method: 'password', credentials });
    code = error === null ? 'IN' : error.code;
    line.cut();
  } catch {
    // Counted: to be kept out before a word is one of the ways to end.
  }
  outcomes[code] = (outcomes[code] ?? 0) + 1;
}

const calls = {
  /** Begins attempts at that rate, whatever becomes of them; accounts and addresses by turns. */
  async flood(what: {
    readonly url: string;
    readonly perSecond: number;
    readonly durationMs: number;
    readonly names: readonly string[];
    readonly addresses: readonly string[];
  }): Promise<Flood> {
    const { url, perSecond, durationMs, names, addresses } = what;
    const attempts = Math.floor((perSecond * durationMs) / 1000);
    const startedAt = performance.now();
    const running: Promise<void>[] = [];
    let tookMs = 0;
    while (running.length < attempts) {
      tookMs = performance.now() - startedAt;
      const due = Math.min(attempts, Math.ceil((tookMs * perSecond) / 1000));
      for (let index = running.length; index < due; index += 1) {
        const name = names[index % names.length] ?? '';
        running.push(guess(url, name, addresses[index % addresses.length] ?? ''));
      }
      await lasting(1);
    }
    await Promise.all(running);
    return { attempts, tookMs, outcomes };
  },
};

export type FloodCalls = typeof calls;

answerCalls(calls);
