import type { Duplex } from 'node:stream';
import {
  TokenBucket,
  type CancelTimer,
  type Clock,
  type ControlConnection,
  type ControlIngress,
  type ControlPeer,
  type Logger,
  type TokenRate,
  type VoiceIngress,
  type VoiceSession,
} from '@sidetone/core';
import { closeCodes, type CloseReason } from '@sidetone/protocol';
import { WebSocket } from 'ws';
import type { Newcomer } from './antechamber.js';
import { closeText } from './close-text.js';
import type { DropCounters } from './drop-counters.js';
import { Liveness } from './liveness.js';
import { VoiceLink, type FrameSocket } from './voice-link.js';
import type { WebSocketVoice } from './websocket-voice.js';

/** What waits for a client that does not read, before the connection ends. */
const MAX_QUEUED_BYTES = 256 * 1024;

/** A client that does not answer the close frame is cut off after this. */
const CLOSE_TIMEOUT_MS = 2_000;

/** From a connection to its first message, on a slow way. */
const FIRST_WORD_MS = 1_000;

/** Pings and pongs together; the server's own pings ask for one pong each 2 s at most. */
const CONTROL_FRAMES: TokenRate = { burst: 20, perSecond: 2 };

/** What all connections of one server share. */
export interface PeerGround {
  readonly clock: Clock;
  readonly log: Logger;
  readonly voice: WebSocketVoice;
  readonly dropped: DropCounters;
  readonly voiceIngress: VoiceIngress;
  readonly controlIngress: ControlIngress;
}

interface WebSocketPeerParts {
  readonly ground: PeerGround;
  readonly webSocket: WebSocket;
  /** Below `webSocket`, for frames that are framed already. */
  readonly socket: Duplex;
  readonly remoteAddress: string;
  /** It counts no more among the connections that have not signed in. Called at least once. */
  readonly release: () => void;
}

/** One client's connection: control messages to and from core, and its voice once it signed in. */
export class WebSocketPeer implements ControlPeer, Newcomer {
  readonly transport = 'websocket';
  readonly remoteAddress: string;
  readonly #parts: WebSocketPeerParts;
  readonly #connection: ControlConnection;
  readonly #liveness: Liveness;
  readonly #controlFrames: TokenBucket;
  readonly #sinceMs: number;
  #link: VoiceLink | null = null;
  #sending = 0;
  #closing: string | null = null;
  #cancelCut: CancelTimer = () => {};

  constructor(parts: WebSocketPeerParts) {
    const { clock, controlIngress } = parts.ground;
    this.#parts = parts;
    this.#sinceMs = clock.now();
    this.remoteAddress = parts.remoteAddress;
    this.#controlFrames = new TokenBucket(CONTROL_FRAMES, clock.now());
    this.#liveness = new Liveness({
      clock,
      ping: () => parts.webSocket.ping(),
      silent: () => this.#cut('PEER_SILENT', 'no ping was answered'),
    });
    // Nothing arrives before this turn is over, so core is asked first and misses nothing.
    this.#connection = controlIngress.accept(this);
    this.#listen(parts.webSocket);
  }

  get queuedBytes(): number {
    return this.#parts.webSocket.bufferedAmount;
  }

  get idle(): boolean {
    return this.#closing === null && this.#connection.idle;
  }

  get fresh(): boolean {
    return this.#parts.ground.clock.now() - this.#sinceMs < FIRST_WORD_MS;
  }

  send(message: string): void {
    if (this.#closing !== null) return;
    const { queuedBytes } = this;
    // One message may be larger than what may wait: it is the waiting that shows a slow reader.
    if (queuedBytes > 0 && queuedBytes + Buffer.byteLength(message) > MAX_QUEUED_BYTES) {
      this.close('SLOW_READER', 'too much waits to be read');
      return;
    }
    this.#sending += 1;
    this.#parts.webSocket.send(message, this.#sent);
  }

  close(reason: CloseReason, detail: string): void {
    if (this.#closing !== null) return;
    const { ground, webSocket } = this.#parts;
    this.#closing = `${reason}: ${detail}`;
    this.#liveness.stop();
    webSocket.close(closeCodes[reason].code, closeText(detail));
    this.#cancelCut = ground.clock.after(CLOSE_TIMEOUT_MS, () => webSocket.terminate());
  }

  authenticated(session: VoiceSession): void {
    const { ground, release } = this.#parts;
    release();
    if (this.#closing !== null) return;
    const { voice, voiceIngress, dropped, clock } = ground;
    this.#link = new VoiceLink({
      session,
      socket: this.#frameSocket(),
      transport: voice,
      ingress: voiceIngress,
      dropped,
      nowMs: clock.now(),
    });
    voice.attach(this.#link);
    voiceIngress.pathReady(session, voice);
  }

  setInVoice(inVoice: boolean): void {
    if (this.#closing === null) this.#liveness.setInVoice(inVoice);
  }

  /** Its place is free when this returns. */
  makeRoom(): void {
    this.#cut('SERVER_FULL', 'others come in; come again later');
    this.#parts.release();
  }

  /** Ends it without waiting for the client. */
  terminate(): void {
    this.#parts.webSocket.terminate();
  }

  readonly #sent = (): void => {
    this.#sending -= 1;
    if (this.#sending === 0) this.#drained();
  };

  #drained(): void {
    if (this.#closing === null) this.#connection.drained();
  }

  #frameSocket(): FrameSocket {
    const { webSocket, socket } = this.#parts;
    return {
      get queuedBytes() {
        return webSocket.bufferedAmount;
      },
      write: (frame) => {
        // `ws` sends every message in one synchronous piece, so nothing can come between.
        if (webSocket.readyState === WebSocket.OPEN) socket.write(frame);
      },
    };
  }

  #listen(webSocket: WebSocket): void {
    webSocket.on('message', (data, isBinary) => {
      try {
        this.#message(data as Buffer, isBinary);
      } catch (error) {
        // One client's message must not end the process, whatever it turns out to break.
        this.#parts.ground.log.error('a message could not be handled', { error });
        this.close('INTERNAL_ERROR', 'the server failed on a message');
      }
    });
    webSocket.on('ping', (data) => {
      if (this.#takesControlFrame()) webSocket.pong(data);
    });
    webSocket.on('pong', () => this.#takesControlFrame());
    webSocket.on('error', (error) => {
      this.#parts.ground.log.debug('a client broke the WebSocket protocol', { error });
    });
    webSocket.on('close', (code) => this.#closed(code));
    // Voice waits in the same queue without a callback for each frame.
    this.#parts.socket.on('drain', () => this.#drained());
  }

  #message(data: Buffer, isBinary: boolean): void {
    const { voice, dropped, clock } = this.#parts.ground;
    if (this.#closing !== null) return;
    this.#liveness.sign();
    if (!isBinary) return this.#connection.message(data.toString('utf8'));
    const link = this.#link;
    if (link === null || !voice.carries(link)) return dropped.noSession.add();
    link.receive(data, clock.now());
  }

  #takesControlFrame(): boolean {
    if (this.#closing !== null) return false;
    this.#liveness.sign();
    if (this.#controlFrames.take(this.#parts.ground.clock.now())) return true;
    this.close('RATE_LIMITED', 'too many ping frames');
    return false;
  }

  /** The other side will not read a close frame: tell it, but do not wait for an answer. */
  #cut(reason: CloseReason, detail: string): void {
    this.close(reason, detail);
    this.terminate();
  }

  #closed(code: number): void {
    const { voice, voiceIngress } = this.#parts.ground;
    const detail = this.#closing ?? `the client closed with ${code}`;
    this.#closing = detail;
    this.#liveness.stop();
    this.#cancelCut();
    this.#parts.release();
    const link = this.#link;
    if (link !== null && voice.carries(link)) {
      voice.detach(link.session);
      voiceIngress.pathLost(link.session, voice);
    }
    this.#connection.closed(detail);
  }
}
