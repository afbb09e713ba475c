import type { FrameCipher, VoiceOffer } from '@sidetone/protocol';
import type { Clock } from '../clock/clock.js';
import type { OpenControlSocket } from '../control/control-socket.js';
import type { DatagramPath, DatagramPathListener } from '../voice/datagram-path.js';
import type { Warn } from './client-emitter.js';

export type UdpOffer = Extract<VoiceOffer, { transport: 'udp' }>;

export interface UdpPathParts {
  readonly offer: UdpOffer;
  /** Host or address of the control connection, for an offer that names none; asked each time. */
  readonly serverHost: () => string;
  readonly clock: Clock;
  readonly listener: DatagramPathListener;
}

/** What differs between Node and a browser. */
export interface Platform {
  readonly warn: Warn;
  readonly openSocket: OpenControlSocket;
  readonly createCipher: () => FrameCipher;
  /**
   * Keeps the program running, where one ends as soon as nothing is open, until what it returns is
   * called: while a client waits for its next attempt it has no connection that would.
   */
  readonly keepRunning?: () => () => void;
  /** Tells when the network may have become another one; returns what ends the watch. */
  readonly watchNetwork?: (changed: () => void) => () => void;
  /** `null` where the platform has no datagrams. */
  readonly openUdpPath: ((parts: UdpPathParts) => DatagramPath) | null;
}
