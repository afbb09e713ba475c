import type { Codec, SourceView } from '@sidetone/protocol';
import { defaultReceiver } from '../audio/default-receiver.js';
import type { Receiver } from '../audio/receiver.js';
import { systemClock } from '../clock/system-clock.js';
import type { VoiceTransportName } from '../voice/voice-path.js';
import {
  resolveCommonOptions,
  type CommonOptions,
  type ListeningOptions,
  type ResolvedClientOptions,
} from './common-options.js';

export interface VoiceOptions extends ListeningOptions {
  /**
   * Ways that voice may take. Default both: WebSocket at once, UDP as soon as it works in both
   * directions. With `['udp']` nothing is sent before UDP works; `['websocket']` never tries it.
   */
  readonly transports?: readonly VoiceTransportName[];
  /** A receiver of one's own for each source that is heard, in place of the one that follows the network. */
  readonly createReceiver?: (source: SourceView) => Receiver;
}

export interface ClientOptions extends CommonOptions {
  readonly codec: Codec;
  readonly voice?: VoiceOptions;
}

export interface ResolvedNodeOptions extends ResolvedClientOptions {
  readonly codec: Codec;
  readonly createReceiver: (source: SourceView) => Receiver;
}

/** Fills in the defaults; all problems are reported in one `ERR_CLIENT_OPTIONS`. */
export function resolveClientOptions(options: ClientOptions): ResolvedNodeOptions {
  const problems: string[] = [];
  const { codec, clock = systemClock, voice = {} } = options;
  const { transports = ['udp', 'websocket'], playoutDelayMs, latency = 'normal' } = voice;
  if (typeof codec?.createEncoder !== 'function') {
    problems.push('codec is missing; in Node pass opus() of @sidetone/plugin-opus');
  }
  if (transports.length === 0 || !transports.every(isTransport)) {
    problems.push(`voice.transports "${transports.join(',')}" names others than udp, websocket`);
  }
  const createReceiver = voice.createReceiver ?? defaultReceiver(playoutDelayMs, latency);
  const platform = { codec, clock, transports: new Set(transports), createReceiver };
  return resolveCommonOptions(options, voice, platform, problems);
}

function isTransport(name: string): name is VoiceTransportName {
  return name === 'udp' || name === 'websocket';
}
