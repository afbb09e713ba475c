import type { Clock, Counter, Metrics, VoiceSession, VoiceTransport } from '@sidetone/core';
import { parseSenderPart, DOWNLINK_SENDER_OFFSET, type VoiceOffer } from '@sidetone/protocol';
import { binaryFrame } from './binary-frame.js';
import type { VoiceLink } from './voice-link.js';

const TYPE_OCTET_BYTES = 1;
const USUAL_DURATION_MS = 20;

/** Voice over the control connections: always there, and where every session begins. */
export class WebSocketVoice implements VoiceTransport {
  readonly name = 'websocket';
  readonly frames = 'sealed';
  readonly #clock: Clock;
  readonly #sent: Counter;
  readonly #links = new Map<number, VoiceLink>();

  constructor(clock: Clock, metrics: Metrics) {
    this.#clock = clock;
    this.#sent = metrics.counter('websocket.sent');
  }

  offer(): VoiceOffer {
    return { transport: 'websocket' };
  }

  /** A session that comes back on another connection has its voice there from now on. */
  attach(link: VoiceLink): void {
    this.#links.set(link.session.handle, link);
  }

  detach(session: VoiceSession): void {
    if (this.#links.get(session.handle)?.session.id !== session.id) return;
    this.#links.delete(session.handle);
  }

  /** Whether voice of its session goes over this link. */
  carries(link: VoiceLink): boolean {
    return this.#links.get(link.session.handle) === link;
  }

  sendMany(packet: Uint8Array, sinks: Uint32Array, priority: number): void {
    const nowMs = this.#clock.now();
    const durationMs = durationOf(packet);
    const frame = binaryFrame(packet);
    let sent = 0;
    for (let i = 0; i < sinks.length; i++) {
      const link = this.#links.get(sinks[i] as number);
      if (link?.send(frame, priority, durationMs, nowMs)) sent += 1;
    }
    this.#sent.add(sent);
  }
}

function durationOf(packet: Uint8Array): number {
  const parsed = parseSenderPart(packet, TYPE_OCTET_BYTES + DOWNLINK_SENDER_OFFSET);
  return parsed.ok ? parsed.sender.durationMs : USUAL_DURATION_MS;
}
