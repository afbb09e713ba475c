import type { Metrics, VoiceIngress, VoiceSession, VoiceTransport } from '@sidetone/core';
import { buildMessage, buildPing, PacketType, parseMessage, parsePing } from '@sidetone/protocol';
import type { VoiceOffer } from '@sidetone/protocol';
import type { MemoryServerEnd } from './memory-server-end.js';

interface VoiceEnd {
  readonly session: VoiceSession;
  readonly end: MemoryServerEnd;
  mediaSent: number;
  mediaReceived: number;
}

/**
 * Voice over links in memory, in the binary messages of the WebSocket. Memory never lags, so it
 * sends no pings of its own; those of clients are answered.
 */
export class MemoryVoice implements VoiceTransport {
  readonly name = 'websocket';
  readonly frames = 'sealed';
  readonly #metrics: Metrics;
  readonly #byHandle = new Map<number, VoiceEnd>();
  readonly #byEnd = new Map<MemoryServerEnd, VoiceEnd>();
  #ingress: VoiceIngress | null = null;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Core's door, once it exists. */
  connect(ingress: VoiceIngress): void {
    this.#ingress = ingress;
  }

  offer(): VoiceOffer {
    return { transport: 'websocket' };
  }

  detach(session: VoiceSession): void {
    const voice = this.#byHandle.get(session.handle);
    if (voice?.session.id === session.id) this.#forget(voice);
  }

  sendMany(packet: Uint8Array, sinks: Uint32Array): void {
    for (const handle of sinks) {
      const voice = this.#byHandle.get(handle);
      if (voice === undefined) continue;
      voice.mediaSent = (voice.mediaSent + 1) >>> 0;
      voice.end.sendPacket(packet);
    }
  }

  /**
   * The connection belongs to this session from now on: voice of one that comes back is there, and
   * the end of the connection that it had before changes nothing.
   */
  attach(end: MemoryServerEnd, session: VoiceSession): void {
    const before = this.#byHandle.get(session.handle);
    if (before !== undefined) this.#forget(before);
    const voice: VoiceEnd = { session, end, mediaSent: 0, mediaReceived: 0 };
    this.#byHandle.set(session.handle, voice);
    this.#byEnd.set(end, voice);
    this.#ingress?.pathReady(session, this);
  }

  /** The connection has ended; its session may live on. */
  lose(end: MemoryServerEnd): void {
    const voice = this.#byEnd.get(end);
    if (voice === undefined) return;
    this.#forget(voice);
    this.#ingress?.pathLost(voice.session, this);
  }

  receive(end: MemoryServerEnd, bytes: Uint8Array): void {
    const voice = this.#byEnd.get(end);
    if (voice === undefined) return this.#drop('notAuthenticated');
    const message = parseMessage(bytes);
    if (!message.ok) return this.#drop(message.reason);
    switch (message.type) {
      case PacketType.media:
        voice.mediaReceived = (voice.mediaReceived + 1) >>> 0;
        this.#ingress?.receive(voice.session, this, message.body);
        return;
      case PacketType.ping:
        return this.#answer(voice, message.body);
      case PacketType.pong:
        return this.#drop('unexpectedPong');
      case PacketType.bundle:
        return this.#drop('serverOnlyType');
    }
  }

  #forget({ session, end }: VoiceEnd): void {
    this.#byHandle.delete(session.handle);
    this.#byEnd.delete(end);
  }

  #answer(voice: VoiceEnd, body: Uint8Array): void {
    const parsed = parsePing(body);
    if (!parsed.ok) return this.#drop(parsed.reason);
    const { mediaSent, mediaReceived } = voice;
    const pong = buildPing({ id: parsed.ping.id, mediaSent, mediaReceived });
    voice.end.sendPacket(buildMessage(PacketType.pong, pong));
  }

  #drop(reason: string): void {
    this.#metrics.counter('memory.dropped', reason).add();
  }
}
