import { createClient, type Client } from '@sidetone/client-sdk';
import { WireError, type Codec } from '@sidetone/protocol';
import { lasting } from './lasting.js';
import type { Credentials } from './plain-line.js';

/** How somebody got in. */
export interface Arrived {
  readonly name: string;
  readonly userId: string;
  /** Codes with which the server sent them away, each with a time to come again. */
  readonly refusals: readonly string[];
  readonly tookMs: number;
}

/**
 * Signs in as an app does it with the SDK: whoever is told when to come again comes then, and
 * anything else is a failure.
 */
export async function arrive(
  parts: { readonly url: string; readonly codec: Codec; readonly name: string },
  { method, credentials, organization }: Credentials,
): Promise<{ readonly client: Client; readonly arrived: Arrived }> {
  const { url, codec, name } = parts;
  const client = createClient({
    url,
    codec,
    authentication: { method, credentials },
    voice: { transports: ['websocket'] },
    reconnect: null,
    ...(organization === undefined ? {} : { organization }),
  });
  const refusals: string[] = [];
  const startedAt = performance.now();
  for (;;) {
    try {
      await client.connect();
      const tookMs = performance.now() - startedAt;
      return { client, arrived: { name, userId: client.self?.userId ?? '', refusals, tookMs } };
    } catch (error) {
      if (!(error instanceof WireError) || error.retryAfterMs === undefined) throw error;
      refusals.push(error.code);
      await lasting(error.retryAfterMs);
    }
  }
}
