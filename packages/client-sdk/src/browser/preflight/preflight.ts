import { resolveUrl } from '../../client/common-options.js';
import { systemClock } from '../../clock/system-clock.js';
import { clientError } from '../../error/client-error.js';
import { addWorklet } from '../assets/add-worklet.js';
import type { ClientAssets } from '../assets/client-assets.js';
import { startMediaWorker } from '../assets/start-media-worker.js';
import { browserAudioPage } from '../audio/audio-page.js';
import { openBrowserControlSocket } from '../browser-control-socket.js';
import { checkMicrophone, type MicrophoneCheckParts } from './check-microphone.js';
import { checkPlayback, type PlaybackCheckParts } from './check-playback.js';
import { checkServer, type ServerCheckParts, type ServerFindings } from './check-server.js';
import type { PreflightReport } from './preflight-report.js';

export interface PreflightOptions {
  /** As for `createClient`. */
  readonly url: string;
  /** As for `createClient`. */
  readonly assets?: ClientAssets;
  /** The one to try; default the default one. `false` leaves the microphone alone. */
  readonly microphone?: { readonly deviceId?: string | null } | false;
}

export type PreflightParts = ServerCheckParts & PlaybackCheckParts & MicrophoneCheckParts;

/**
 * Tries everything that voice needs, without signing in, and closes all of it again: the connection
 * to the server, the way of voice over it, the microphone and playback. To be called in a gesture.
 * Takes as long as the user needs to allow the microphone, and up to 10 s besides. Never rejects.
 */
export function preflight(options: PreflightOptions): Promise<PreflightReport> {
  const { assets } = options;
  return runPreflight(options, {
    page: browserAudioPage,
    clock: systemClock,
    openSocket: openBrowserControlSocket,
    addWorklet: (context) => addWorklet(context, assets),
    startWorker: () => startMediaWorker(assets),
  });
}

export async function runPreflight(
  { url, microphone: wanted = {} }: PreflightOptions,
  parts: PreflightParts,
): Promise<PreflightReport> {
  const [playback, { socket, path }, microphone] = await Promise.all([
    checkPlayback(parts),
    checkAddress(url, parts),
    wanted === false ? null : checkMicrophone(wanted.deviceId ?? null, parts),
  ]);
  const ok = socket.ok && path.ok && playback.ok && microphone?.ok !== false;
  return { ok, socket, path, microphone, playback };
}

async function checkAddress(url: string, parts: ServerCheckParts): Promise<ServerFindings> {
  const problems: string[] = [];
  const { href } = resolveUrl(url, problems);
  if (problems.length === 0) return checkServer(href, parts);
  const error = clientError('ERR_CLIENT_OPTIONS', problems.join('; '), { details: { problems } });
  return { socket: { ok: false, error }, path: { ok: false, error } };
}
