import {
  buildMessage,
  buildPing,
  PacketType,
  parseBundle,
  parseMessage,
  parsePing,
  SendClock,
} from '@sidetone/protocol';
import type { Clock } from '../clock/clock.js';
import type { VoicePath, VoicePathListener } from './voice-path.js';

export interface WebSocketPathParts {
  readonly clock: Clock;
  readonly send: (message: Uint8Array) => void;
  readonly listener: VoicePathListener;
}

/** Pings of the send clock count from 0; those of the owner begin here, far off. */
export const OWN_PING_IDS_FROM: number = 2 ** 31;

/** Voice in the binary messages of one control connection. */
export class WebSocketPath implements VoicePath {
  readonly #clock: Clock;
  readonly #send: (message: Uint8Array) => void;
  readonly #listener: VoicePathListener;
  readonly #sendClock = new SendClock<Uint8Array>();
  #mediaSent = 0;
  #mediaReceived = 0;
  #closed = false;

  constructor({ clock, send, listener }: WebSocketPathParts) {
    this.#clock = clock;
    this.#send = send;
    this.#listener = listener;
  }

  /** As the send clock measures it; `null` before the first answer. */
  get rttMs(): number | null {
    return this.#sendClock.rttMs;
  }

  /** Frames that are held back until the way is free. */
  get waiting(): number {
    return this.#sendClock.waiting;
  }

  /** Frames that were not sent because the connection is too slow for voice now. */
  get dropped(): number {
    return this.#sendClock.dropped;
  }

  send(body: Uint8Array, priority: number, durationMs: number): void {
    if (this.#closed) return;
    const now = this.#clock.now();
    if (this.#sendClock.offer(body, priority, now, durationMs) === 'send') this.#sendMedia(body);
    const pingId = this.#sendClock.pingDue(now);
    if (pingId !== null) this.#send(buildMessage(PacketType.ping, this.#counters(pingId)));
  }

  /** Frames that were sent, to compare with those dropped. */
  get mediaSent(): number {
    return this.#mediaSent;
  }

  ping(id: number): number {
    if (!this.#closed) this.#send(buildMessage(PacketType.ping, this.#counters(id)));
    return this.#mediaSent;
  }

  /** One binary message of the server. */
  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    const message = parseMessage(bytes);
    if (!message.ok) return this.#listener.rejected(message.reason);
    const { type, body } = message;
    switch (type) {
      case PacketType.media:
        return this.#receiveMedia(body);
      case PacketType.bundle:
        return this.#receiveBundle(body);
      case PacketType.ping:
        return this.#receivePing(body);
      case PacketType.pong:
        return this.#receivePong(body);
    }
  }

  close(): void {
    this.#closed = true;
  }

  #receiveMedia(body: Uint8Array): void {
    this.#mediaReceived = nextCount(this.#mediaReceived);
    this.#listener.media(body);
  }

  #receiveBundle(bytes: Uint8Array): void {
    const bundle = parseBundle(bytes);
    if (!bundle.ok) return this.#listener.rejected(`bundle:${bundle.reason}`);
    for (const body of bundle.bodies) this.#receiveMedia(body);
  }

  #receivePing(body: Uint8Array): void {
    const parsed = parsePing(body);
    if (!parsed.ok) return this.#listener.rejected(`ping:${parsed.reason}`);
    this.#send(buildMessage(PacketType.pong, this.#counters(parsed.ping.id)));
  }

  #receivePong(body: Uint8Array): void {
    const parsed = parsePing(body);
    if (!parsed.ok) return this.#listener.rejected(`pong:${parsed.reason}`);
    const { id, mediaSent, mediaReceived } = parsed.ping;
    if (id >= OWN_PING_IDS_FROM) {
      const mediaReceivedHere = this.#mediaReceived;
      return this.#listener.pong({ id, mediaSent, mediaReceived, mediaReceivedHere });
    }
    for (const held of this.#sendClock.pong(id, this.#clock.now())) this.#sendMedia(held);
  }

  #sendMedia(body: Uint8Array): void {
    this.#mediaSent = nextCount(this.#mediaSent);
    this.#send(buildMessage(PacketType.media, body));
  }

  #counters(id: number): Uint8Array {
    return buildPing({ id, mediaSent: this.#mediaSent, mediaReceived: this.#mediaReceived });
  }
}

/** Counters of media are modulo 2^32 on the wire. */
export function nextCount(count: number): number {
  return count === 0xffff_ffff ? 0 : count + 1;
}
