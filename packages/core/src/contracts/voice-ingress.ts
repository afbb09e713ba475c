import { createToken, type Token } from '../token.js';
import type { VoiceSession, VoiceTransport } from './voice-transport.js';

/** Core's door for what voice transports receive. Everything is synchronous and throws nothing. */
export interface VoiceIngress {
  /**
   * One uplink media body (talk handle, sender part, sealed frame) that the transport has
   * authenticated as this session's. Core judges, counts and forwards or drops it; it keeps no
   * reference to `body`.
   */
  receive(session: VoiceSession, transport: VoiceTransport, body: Uint8Array): void;
  /** The transport can reach the session from now on, because an answer came back over it. */
  pathReady(session: VoiceSession, transport: VoiceTransport): void;
  /** The transport can no longer reach it. Downlink falls back to another that is ready. */
  pathLost(session: VoiceSession, transport: VoiceTransport): void;
}

export const VoiceIngress: Token<VoiceIngress> = createToken('VoiceIngress');
