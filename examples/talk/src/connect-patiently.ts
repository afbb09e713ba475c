import type { Client } from '@sidetone/client-sdk';
import { WireError } from '@sidetone/protocol';
import type { View } from './view.js';

/** Whoever is sent away more often than this had better look themselves. */
const MOST_ATTEMPTS = 6;

/** Connects; where the server is busy and says when to come again, this comes again then. */
export async function connectPatiently(
  client: Pick<Client, 'connect'>,
  view: Pick<View, 'tell'>,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.connect();
    } catch (error) {
      const waitMs = comeAgainAfter(error);
      if (waitMs === null || attempt === MOST_ATTEMPTS || signal.aborted) throw error;
      view.tell(`The server is busy; asking again in ${(waitMs / 1_000).toFixed(1)} s`);
      await lasting(waitMs, signal);
    }
  }
}

function comeAgainAfter(error: unknown): number | null {
  return error instanceof WireError ? (error.retryAfterMs ?? null) : null;
}

function lasting(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
