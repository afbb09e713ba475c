import type { ClientAssets } from './client-assets.js';
import { firstThatLoads } from './first-that-loads.js';
import { INLINED, withInlinedUrl } from './inlined-url.js';
import { workerReady } from './worker-ready.js';

/**
 * Starts the media Worker and waits until it is ready: for 5 s from each place that it may be
 * loaded from. Rejects with `ERR_CLIENT_ASSETS`. The caller ends the Worker.
 */
export function startMediaWorker({ workerUrl }: ClientAssets = {}): Promise<Worker> {
  if (workerUrl !== undefined) {
    return firstThatLoads('worker', [
      { from: String(workerUrl), load: () => workerReady(startedFrom(workerUrl)) },
    ]);
  }
  return firstThatLoads('worker', [
    { from: 'worker.js', load: async () => workerReady(startedBesideThis()) },
    {
      from: INLINED,
      load: async () => {
        const { workerCode } = await import('./inlined.js');
        return withInlinedUrl(workerCode, (url) => workerReady(startedFrom(url)));
      },
    },
  ]);
}

/** Bundlers know this expression, exactly as it stands here, and bring the file along. */
function startedBesideThis(): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
}

function startedFrom(url: string | URL): Worker {
  return new Worker(url, { type: 'module' });
}
