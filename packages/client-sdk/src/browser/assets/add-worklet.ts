import type { ClientAssets } from './client-assets.js';
import { firstThatLoads } from './first-that-loads.js';
import { INLINED, withInlinedUrl } from './inlined-url.js';

/** As much of an `AudioContext` as this takes. */
export interface WorkletContext {
  readonly audioWorklet: { addModule(url: string | URL): Promise<void> };
}

/**
 * Adds the processors of microphone and playback to a context. Rejects with `ERR_CLIENT_ASSETS`.
 */
export function addWorklet(
  { audioWorklet }: WorkletContext,
  { workletUrl }: ClientAssets = {},
): Promise<void> {
  if (workletUrl !== undefined) {
    return firstThatLoads('worklet', [
      { from: String(workletUrl), load: () => audioWorklet.addModule(workletUrl) },
    ]);
  }
  return firstThatLoads('worklet', [
    { from: 'worklet.js', load: async () => audioWorklet.addModule(besideThis()) },
    {
      from: INLINED,
      load: async () => {
        const { workletCode } = await import('./inlined.js');
        await withInlinedUrl(workletCode, (url) => audioWorklet.addModule(url));
      },
    },
  ]);
}

/** Bundlers know this expression, exactly as it stands here, and bring the file along. */
function besideThis(): URL {
  return new URL('./worklet.js', import.meta.url);
}
