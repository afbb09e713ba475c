import type { VoiceOffer } from '@sidetone/protocol';
import type { Playback, PulledPlayback } from '../audio/playback.js';
import type { Clock } from '../clock/clock.js';
import type { OpenControlSocket } from '../control/control-socket.js';
import type { CreateMediaPlane } from '../media/media-plane.js';
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

export type OpenUdpPath = (parts: UdpPathParts) => DatagramPath;

/** What differs between Node and a browser. */
export interface Platform<P extends Playback = PulledPlayback> {
  readonly warn: Warn;
  readonly openSocket: OpenControlSocket;
  /** Called once for each client. */
  readonly createMedia: CreateMediaPlane<P>;
  /**
   * Keeps the program running, where one ends as soon as nothing is open, until what it returns is
   * called: while a client waits for its next attempt it has no connection that would.
   */
  readonly keepRunning?: () => () => void;
  /** Tells when the network may have become another one; returns what ends the watch. */
  readonly watchNetwork?: (changed: () => void) => () => void;
}
