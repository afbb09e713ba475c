import type { Codec, SourceView } from '@sidetone/protocol';
import type { Receiver } from '../audio/receiver.js';
import type { Clock } from '../clock/clock.js';
import type { Authentication } from '../control/authentication.js';
import { clientError } from '../error/client-error.js';
import {
  resolveReplayOptions,
  type ReplayOptions,
  type ResolvedReplayOptions,
} from '../replay/replay-options.js';
import {
  resolveSourceSettings,
  type Latency,
  type SourceSettings,
} from '../talk/source-settings.js';
import type { VoiceTransportName } from '../voice/voice-path.js';
import { fullJitter, type ReconnectPolicy } from './reconnect-policy.js';

/** What every client is made with, wherever it runs. */
export interface CommonOptions {
  /**
   * The server: `ws://`, `wss://`, or the address it prints, `http://` or `https://`. Without a
   * path it is `/voice`.
   */
  readonly url: string;
  /** How to sign in; may be given to `connect` instead. */
  readonly authentication?: Authentication;
  /** Name of the organization; the server's default one otherwise. */
  readonly organization?: string;
  /** Encoder settings by the name of the source, for instance `microphone` or `music`. */
  readonly sources?: Readonly<Record<string, SourceSettings>>;
  /**
   * When to try again after the connection was lost; `null` for never. Default `fullJitter()`: at
   * once, and then for ever at growing, random pauses of up to 15 s. What the server forbids (a
   * kick, a ban, an end by another session of the user) is not asked of it.
   */
  readonly reconnect?: ReconnectPolicy | null;
  /**
   * How much of what was said is kept to be heard again: of each net the last five minutes, or 30
   * transmissions, unless set otherwise. `false`: nothing.
   */
  readonly replay?: ReplayOptions | false;
  /** For tests; the platform's time otherwise. */
  readonly clock?: Clock;
}

/** How what is heard is played. */
export interface ListeningOptions {
  /**
   * From arrival to sound, 0-1,000 ms, whatever the network does. By default the delay follows the
   * network, from 40 ms up to 300.
   */
  readonly playoutDelayMs?: number;
  /**
   * `low`: what is heard stays 20 ms behind the fastest packet where the network allows it, in place
   * of 40, and speech of this client goes in frames of 10 ms, unless its source names a duration. That
   * takes twice the packets. Lost frames of 20 ms are recovered at the same delay as with `normal`,
   * the default.
   */
  readonly latency?: Latency;
}

export interface ResolvedClientOptions {
  readonly url: string;
  /** Host of `url`, without brackets around an IPv6 address. */
  readonly serverHost: string;
  /** `null` where the media plane has its own. */
  readonly codec: Codec | null;
  readonly authentication: Authentication | null;
  readonly organization: string | null;
  readonly transports: ReadonlySet<VoiceTransportName>;
  /** `null` where the media plane has its own. */
  readonly createReceiver: ((source: SourceView) => Receiver) | null;
  /** `null`: it follows the network. */
  readonly playoutDelayMs: number | null;
  readonly latency: Latency;
  readonly sources: Readonly<Record<string, SourceSettings>>;
  readonly reconnect: ReconnectPolicy;
  readonly replay: ResolvedReplayOptions | null;
  readonly clock: Clock;
}

/** What each platform says in its own way. */
export type PlatformOptions = Pick<
  ResolvedClientOptions,
  'codec' | 'createReceiver' | 'transports' | 'clock'
>;

const MAX_PLAYOUT_DELAY_MS = 1_000;
const DEFAULT_PATH = '/voice';

/**
 * Fills in the defaults; all problems are reported in one `ERR_CLIENT_OPTIONS`.
 * @param found problems that the platform has seen
 */
export function resolveCommonOptions<O extends PlatformOptions>(
  options: CommonOptions,
  listening: ListeningOptions,
  platform: O,
  found: readonly string[],
): ResolvedClientOptions & O {
  const problems: string[] = [];
  const url = resolveUrl(options.url, problems);
  problems.push(...found);
  const { playoutDelayMs = null, latency = 'normal' } = listening;
  if (options.reconnect && typeof options.reconnect !== 'function') {
    problems.push('reconnect is no function; give one, null for never, or leave it out');
  }
  if (playoutDelayMs !== null && !isPlayoutDelay(playoutDelayMs)) {
    problems.push(`voice.playoutDelayMs "${playoutDelayMs}" is not 0 to ${MAX_PLAYOUT_DELAY_MS}`);
  }
  if (latency !== 'normal' && latency !== 'low') {
    problems.push(`voice.latency "${String(latency)}" is not normal or low`);
  }
  const replay = resolveReplayOptions(options.replay, problems);
  if (problems.length > 0) {
    throw clientError('ERR_CLIENT_OPTIONS', `createClient cannot work: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  const { sources = {}, reconnect = fullJitter() } = options;
  const { authentication = null, organization = null } = options;
  for (const [name, settings] of Object.entries(sources))
    resolveSourceSettings(name, settings, latency);
  return Object.freeze({
    url: url.href,
    serverHost: url.hostname.replace(/^\[|\]$/g, ''),
    authentication,
    organization,
    playoutDelayMs,
    latency,
    sources,
    reconnect: reconnect ?? (() => null),
    replay,
    ...platform,
  });
}

function isPlayoutDelay(ms: number): boolean {
  return ms >= 0 && ms <= MAX_PLAYOUT_DELAY_MS;
}

const NOWHERE = new URL('ws://invalid.invalid');

/** The address of the control connection; what is wrong with it is added to `problems`. */
export function resolveUrl(text: string, problems: string[]): URL {
  if (!URL.canParse(text)) {
    problems.push(`url "${text}" is no URL; give for instance ws://127.0.0.1:8080`);
    return NOWHERE;
  }
  const url = new URL(text);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    problems.push(`url "${url.protocol}" is not ws:, wss:, http: or https:`);
  }
  if (url.username !== '' || url.password !== '') {
    problems.push('url holds credentials, which end up in logs; pass them as authentication');
  }
  if (url.pathname === '/' || url.pathname === '') url.pathname = DEFAULT_PATH;
  url.hash = '';
  return url;
}
