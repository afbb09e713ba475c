import {
  Clock,
  ControlIngress,
  Metrics,
  VoiceIngress,
  VoiceTransport,
  type CancelTimer,
  type Plugin,
  type PluginContext,
  type VoiceSession,
} from '@sidetone/core';
import { optionError, testkitError } from '../error/error-codes.js';
import { MemoryClientEnd } from './memory-client-end.js';
import type { MemoryLink, MemoryLinkListener } from './memory-link.js';
import { MemoryServerEnd, type MemoryLinkHost } from './memory-server-end.js';
import { MemoryVoice } from './memory-voice.js';

export interface MemoryTransportOptions {
  /** Longest text message from a client, in bytes; 65,536 by default. Longer ones end the link. */
  readonly maxMessageBytes?: number;
  /**
   * Pings each link this often on the server's clock, in voice or not, and ends one that has left
   * three unanswered, with `PEER_SILENT`; 2,000 is what clients in a channel get over WebSocket.
   * By default it pings nobody, needs no clock, and a frozen link ends by `cut` alone.
   */
  readonly pingPeriodMs?: number;
}

export interface MemoryConnectOptions {
  /** What the server takes for the client's address; `127.0.0.1` by default. */
  readonly remoteAddress?: string;
  /** Hears what arrives. Without one the link keeps it in `received`. */
  readonly listener?: MemoryLinkListener;
}

/**
 * A transport without sockets, and without timers unless it pings, for control and voice: with it a whole server runs on a
 * fake clock. Everything is delivered in order, in microtasks. To clients it is the WebSocket: its
 * voice transport is called `websocket`, so a server takes either this or the real one.
 */
export interface MemoryTransport extends Plugin {
  /** Opens a link; `ERR_TESTKIT_CLOSED` unless the server runs. */
  connect(options?: MemoryConnectOptions): MemoryLink;
  /**
   * The same in the shape in which the client SDK opens connections; may be passed on by itself.
   * Ends with 1006 at once unless the server runs.
   */
  readonly openSocket: (
    url: string,
    subprotocol: string,
    listener: MemoryLinkListener,
  ) => MemoryLink;
  /** Links of which the server's end is open, oldest first. */
  readonly links: readonly MemoryLink[];
}

/** Makes the plugin. One object serves one server. */
export function memoryTransport(options: MemoryTransportOptions = {}): MemoryTransport {
  const maxMessageBytes = options.maxMessageBytes ?? 65_536;
  if (!(Number.isInteger(maxMessageBytes) && maxMessageBytes > 0)) {
    throw optionError('maxMessageBytes', maxMessageBytes, 'give a whole number above 0');
  }
  const { pingPeriodMs } = options;
  if (pingPeriodMs !== undefined && !(pingPeriodMs > 0 && pingPeriodMs < 2 ** 31)) {
    throw optionError('pingPeriodMs', pingPeriodMs, 'give milliseconds between 0 and 2^31');
  }
  return new MemoryTransportPlugin(maxMessageBytes, pingPeriodMs ?? null);
}

class MemoryTransportPlugin implements MemoryTransport, MemoryLinkHost {
  readonly name = '@sidetone/testkit/memory-transport';
  readonly version = '0.1.0';
  readonly provides = [VoiceTransport];
  readonly maxMessageBytes: number;
  readonly openSocket: MemoryTransport['openSocket'] = (_url, _subprotocol, listener) => {
    if (this.#ingress !== null) return this.connect({ listener });
    const client = new MemoryClientEnd(new MemoryServerEnd(this, '127.0.0.1'), listener);
    client.cut();
    return client;
  };
  readonly #links = new Map<MemoryServerEnd, MemoryClientEnd>();
  #voice: MemoryVoice | null = null;
  #ingress: ControlIngress | null = null;
  #clock: Clock | null = null;
  readonly #pingPeriodMs: number | null;

  constructor(maxMessageBytes: number, pingPeriodMs: number | null) {
    this.maxMessageBytes = maxMessageBytes;
    this.#pingPeriodMs = pingPeriodMs;
  }

  get links(): readonly MemoryLink[] {
    return [...this.#links.values()];
  }

  setup(context: PluginContext): void {
    const voice = new MemoryVoice(context.get(Metrics));
    this.#voice = voice;
    context.provide(VoiceTransport, () => voice);
    context.onReady(() => voice.connect(context.get(VoiceIngress)));
    if (this.#pingPeriodMs !== null) this.#clock = context.get(Clock);
    context.onListen(() => {
      this.#ingress = context.get(ControlIngress);
    });
    context.onClose(() => {
      this.#ingress = null;
      for (const client of this.#links.values()) client.cut();
    });
  }

  connect(options: MemoryConnectOptions = {}): MemoryLink {
    const ingress = this.#ingress;
    if (ingress === null) {
      throw testkitError('ERR_TESTKIT_CLOSED', 'the server does not run: start it, then connect');
    }
    const server = new MemoryServerEnd(this, options.remoteAddress ?? '127.0.0.1');
    const client = new MemoryClientEnd(server, options.listener);
    this.#links.set(server, client);
    server.connect(client, (peer) => ingress.accept(peer));
    return client;
  }

  authenticated(end: MemoryServerEnd, session: VoiceSession): void {
    this.#voice?.attach(end, session);
  }

  binary(end: MemoryServerEnd, bytes: Uint8Array): void {
    this.#voice?.receive(end, bytes);
  }

  watch(turn: () => void): CancelTimer {
    if (this.#clock === null || this.#pingPeriodMs === null) return () => {};
    return this.#clock.every(this.#pingPeriodMs, turn);
  }

  ended(end: MemoryServerEnd): void {
    this.#links.delete(end);
    this.#voice?.lose(end);
  }
}
