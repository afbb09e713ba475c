import type { VoiceOffer } from '@sidetone/protocol';
import { createToken, type Token } from '../token.js';

/** A session as voice transports know it. */
export interface VoiceSession {
  /** UUID, for logs. */
  readonly id: string;
  /** Small integer that names the session in sinks; rests 60 s before it is given again. */
  readonly handle: number;
}

/**
 * Carries media frames between clients and core. Core calls `offer` when a session becomes active
 * and `detach` at its end, after which the transport forgets it, keys included. In between the
 * transport tells `VoiceIngress` what arrives, and when it can reach the session and no longer can.
 */
export interface VoiceTransport {
  /** `udp` and `websocket` are what a client can ask for by `voice.setPath`. */
  readonly name: string;
  /** It gets the bytes as the talker sealed them. */
  readonly frames: 'sealed';
  /** How a client reaches it, for the answer to `session.authenticate`; may hold keys. `null`: not for this session. */
  offer(session: VoiceSession): VoiceOffer | null;
  detach(session: VoiceSession): void;
  /**
   * Sends one packet (type octet and body of a downlink media frame) to every sink: synchronous,
   * all in this turn, one call per frame and transport. `sinks` are session handles; one without
   * an address here is skipped. Core never writes to `packet` again, the transport never does.
   */
  sendMany(packet: Uint8Array, sinks: Uint32Array, priority: number): void;
}

export const VoiceTransport: Token<VoiceTransport> = createToken('VoiceTransport', {
  many: true,
});
