import type { Presence } from '../folder/presence-file.js';
import { failed, good, reasonOf, type Check } from './check.js';

const TIMEOUT_MS = 5000;

interface Readiness {
  readonly ready: boolean;
  readonly status: string;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly message: string;
  }[];
}

/** Asks the server that runs, which has ports and database. */
export async function checkServer({ url, pid }: Presence): Promise<readonly Check[]> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { ready, status, checks } = (await response.json()) as Readiness;
    const found = `runs at ${url} (process ${pid}), ${status}`;
    return [
      ready ? good('server', found) : failed('server', found, 'look below, and at its log'),
      ...checks.map(({ name, ok, message }) =>
        ok ? good(name, message) : failed(name, message, 'look whether it runs, and at its log'),
      ),
    ];
  } catch (error) {
    const advice = 'look at its log; if it is stuck, stop and start it';
    return [failed('server', `${url} does not answer: ${reasonOf(error)}`, advice)];
  }
}
