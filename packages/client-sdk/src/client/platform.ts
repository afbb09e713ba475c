import type { FrameCipher, VoiceOffer } from '@sidetone/protocol';
import type { Clock } from '../clock/clock.js';
import type { OpenControlSocket } from '../control/control-socket.js';
import type { VoicePath, VoicePathListener } from '../voice/voice-path.js';
import type { Warn } from './client-emitter.js';

export type UdpOffer = Extract<VoiceOffer, { transport: 'udp' }>;

export interface UdpPathParts {
  readonly offer: UdpOffer;
  /** Host or address of the control connection, for an offer that names none. */
  readonly serverHost: string;
  readonly clock: Clock;
  readonly listener: VoicePathListener;
}

/** What differs between Node and a browser. */
export interface Platform {
  readonly warn: Warn;
  readonly openSocket: OpenControlSocket;
  readonly createCipher: () => FrameCipher;
  /** `null` where the platform has no datagrams. */
  readonly openUdpPath: ((parts: UdpPathParts) => VoicePath) | null;
}
