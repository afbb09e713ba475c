import {
  TokenBucket,
  type TokenRate,
  type VoiceIngress,
  type VoiceSession,
  type VoiceTransport,
} from '@sidetone/core';
import {
  buildMessage,
  buildPing,
  PacketType,
  parseMessage,
  parsePing,
  SendClock,
  type MessageType,
} from '@sidetone/protocol';
import { binaryFrame } from './binary-frame.js';
import type { DropCounters } from './drop-counters.js';

/** Voice that may wait in the process besides the clock's ring; control messages may need more. */
const MAX_QUEUED_BYTES = 64 * 1024;

/** A client pings ten times a second while it talks. */
const PINGS: TokenRate = { burst: 40, perSecond: 20 };

/** The connection under a link. */
export interface FrameSocket {
  readonly queuedBytes: number;
  /** Writes a whole WebSocket frame. Harmless once the connection closes. */
  write(frame: Buffer): void;
}

interface VoiceLinkParts {
  readonly session: VoiceSession;
  readonly socket: FrameSocket;
  readonly transport: VoiceTransport;
  readonly ingress: VoiceIngress;
  readonly dropped: DropCounters;
  readonly nowMs: number;
}

/** Voice of one session over its WebSocket, both ways, in step with how fast the client reads. */
export class VoiceLink {
  readonly session: VoiceSession;
  readonly #parts: VoiceLinkParts;
  readonly #clock = new SendClock<Buffer>();
  readonly #pings: TokenBucket;
  #mediaSent = 0;
  #mediaReceived = 0;
  #dropsCounted = 0;

  constructor(parts: VoiceLinkParts) {
    this.session = parts.session;
    this.#parts = parts;
    this.#pings = new TokenBucket(PINGS, parts.nowMs);
  }

  /** Sends one media frame, or keeps it for a moment, or drops it. Whether it has gone out. */
  send(frame: Buffer, priority: number, durationMs: number, nowMs: number): boolean {
    const { socket, dropped } = this.#parts;
    if (socket.queuedBytes > MAX_QUEUED_BYTES) {
      dropped.queueFull.add();
      return false;
    }
    const goes = this.#clock.offer(frame, priority, nowMs, durationMs) === 'send';
    if (goes) this.#write(frame);
    else this.#countDrops();
    const pingId = this.#clock.pingDue(nowMs);
    if (pingId !== null) this.#sendCounters(PacketType.ping, pingId);
    return goes;
  }

  /** One binary message of the client. */
  receive(message: Uint8Array, nowMs: number): void {
    const { dropped } = this.#parts;
    const parsed = parseMessage(message);
    if (!parsed.ok) return dropped.unknownType.add();
    switch (parsed.type) {
      case PacketType.media:
        return this.#media(parsed.body);
      case PacketType.ping:
        return this.#ping(parsed.body, nowMs);
      case PacketType.pong:
        return this.#pong(parsed.body, nowMs);
      case PacketType.bundle:
        return dropped.wrongType.add();
    }
  }

  #media(body: Uint8Array): void {
    const { ingress, session, transport } = this.#parts;
    this.#mediaReceived += 1;
    ingress.receive(session, transport, body);
  }

  #ping(body: Uint8Array, nowMs: number): void {
    const { dropped } = this.#parts;
    const parsed = parsePing(body);
    if (!parsed.ok) return dropped.malformed.add();
    if (!this.#pings.take(nowMs)) return dropped.pingLimited.add();
    this.#sendCounters(PacketType.pong, parsed.ping.id);
  }

  #pong(body: Uint8Array, nowMs: number): void {
    const parsed = parsePing(body);
    if (!parsed.ok) return this.#parts.dropped.malformed.add();
    for (const frame of this.#clock.pong(parsed.ping.id, nowMs)) this.#write(frame);
    this.#countDrops();
  }

  #write(frame: Buffer): void {
    this.#mediaSent += 1;
    this.#parts.socket.write(frame);
  }

  #sendCounters(type: Extract<MessageType, 1 | 2>, id: number): void {
    const body = buildPing({
      id,
      mediaSent: this.#mediaSent >>> 0,
      mediaReceived: this.#mediaReceived >>> 0,
    });
    this.#parts.socket.write(binaryFrame(buildMessage(type, body)));
  }

  #countDrops(): void {
    const { dropped } = this.#clock;
    this.#parts.dropped.stalled.add(dropped - this.#dropsCounted);
    this.#dropsCounted = dropped;
  }
}
