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
 * Carries media frames between clients and core. Core calls `offer` when a session becomes active,
 * `attach` once voice may flow to it on this transport, `detach` when no more may; what arrives
 * goes to `VoiceIngress`. `offer` and `detach` frame the life of a session: after `detach` the
 * transport forgets it, keys included.
 */
export interface VoiceTransport {
  /** As `voice.setPath` names it: `udp` or `websocket`, or a plugin's own. */
  readonly name: string;
  /** `sealed`: bytes as the talker sealed them. `opened`: core opens each frame once for it. */
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
