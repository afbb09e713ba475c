import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  buildDatagram,
  buildKid,
  buildPayload,
  buildProbe,
  buildUplinkBody,
  createNodeCipher,
  createHopKey,
  decodeBase64,
  encodeRequest,
  encodeResult,
  PacketType,
  parseEnvelope,
  parseTypeOctet,
  PROBE_CHALLENGE_BYTES,
  ProbeStep,
  SENDER_PART_BYTES,
  typeOctet,
  uuidBytes,
  writeSenderPart,
  type HopKey,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type RouteKeys,
  type NodeSealer,
  type SenderPart,
  type SnapshotPart,
  type VoiceOffer,
} from '@sidetone/protocol';
import { WebSocket } from 'ws';

type UdpOffer = Extract<VoiceOffer, { transport: 'udp' }>;

/** A talk handle with all that sealing a frame for it needs. */
export interface WireTalk {
  readonly handle: number;
  readonly sourceHandle: number;
  readonly routeHandle: number;
  readonly senderIndex: number;
  readonly epoch: number;
  readonly sealer: NodeSealer;
}

/** What brings a client back to its session, or somebody else to it. */
export interface ResumeTicket {
  readonly token: string;
  readonly instance: string;
  /** Number of the last state event that came; `null` before the end of the first snapshot. */
  readonly lastSeq: number | null;
}

/**
 * The least that speaks the protocol: no receiver, no timers, no opinion. Load is made with it,
 * and packets that a decent client would never send.
 */
export class WireClient {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  readonly #cipher = createNodeCipher();
  readonly #waiters = new Set<{ method: string; take: (params: unknown) => void }>();
  #lastId = 0;
  #packetNumber = 0;
  #uplinkKey: HopKey | null = null;
  readonly #instance: string;
  /** The close code, once the socket has ended; 1006 where it ended without a word. */
  readonly ended: Promise<number>;
  #token = '';
  #lastSeq: number | null = null;
  #snapshotSeq = 0;
  /** Numbers of the state events that came on this connection, in order. */
  readonly numbers: number[] = [];
  readonly keys = new Map<string, RouteKeys>();
  readonly channels = new Map<string, string>();
  welcome: MethodResult<'session.authenticate'> | null = null;
  udp: { readonly socket: Socket; readonly offer: UdpOffer; readonly port: number } | null = null;
  onMedia: (packet: Uint8Array) => void = () => {};

  private constructor(socket: WebSocket, instance: string) {
    this.#socket = socket;
    this.#instance = instance;
    this.ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('message', (data: Buffer, binary) => {
      if (binary) this.#binary(data);
      else this.#text(data.toString());
    });
  }

  /**
   * Signs in, under a mere name as a guest, and returns once the snapshot is through. Whoever aborts takes the
   * connection away, and must not wait for this any longer.
   */
  static async connect(
    url: string,
    who: string | Pick<MethodParams<'session.authenticate'>, 'method' | 'credentials'>,
    signal?: AbortSignal,
  ): Promise<WireClient> {
    const instance = randomBytes(16).toString('base64url');
    const client = await WireClient.#open(url, instance, signal);
    const snapshot = client.#wholeSnapshot();
    const signIn = typeof who === 'string' ? { method: 'guest', credentials: { name: who } } : who;
    await client.#begin('session.authenticate', { ...signIn, instance });
    await snapshot;
    return client;
  }

  /**
   * Goes on with a session over a new connection. After `resync: false` the events that were missed
   * may still be on their way when it returns. A UDP socket stays with the client that opened it.
   */
  static async resume(
    url: string,
    ticket: ResumeTicket,
    signal?: AbortSignal,
  ): Promise<WireClient> {
    const client = await WireClient.#open(url, ticket.instance, signal);
    client.#lastSeq = ticket.lastSeq;
    const snapshot = client.#wholeSnapshot();
    const { resync } = await client.#begin('session.resume', ticket);
    if (resync) await snapshot;
    return client;
  }

  static async #open(url: string, instance: string, signal?: AbortSignal): Promise<WireClient> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/voice`, 'sidetone.v1', {
      perMessageDeflate: false,
    });
    signal?.addEventListener('abort', () => socket.terminate());
    const client = new WireClient(socket, instance);
    const hello = client.next('hello');
    await once(socket, 'open');
    await hello;
    return client;
  }

  /** With what its session can be resumed now. */
  get ticket(): ResumeTicket {
    return { token: this.#token, instance: this.#instance, lastSeq: this.#lastSeq };
  }

  /** The control connection is gone at once, without a word; UDP goes on. */
  cut(): void {
    this.#socket.terminate();
  }

  async request<M extends MethodName>(
    method: M,
    params: MethodParams<M>,
  ): Promise<MethodResult<M>> {
    const id = (this.#lastId += 1);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#answers.set(id, (result) =>
        result instanceof Error ? reject(result) : resolve(result),
      );
    });
    this.#socket.send(encodeRequest(id, method, params));
    return (await answer) as MethodResult<M>;
  }

  /** The params of the next notification of this name that fits. */
  next(method: string, fits: (params: unknown) => boolean = () => true): Promise<unknown> {
    return new Promise((resolve) => {
      const waiter = {
        method,
        take: (params: unknown) => {
          if (!fits(params)) return;
          this.#waiters.delete(waiter);
          resolve(params);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  async join(channelName: string): Promise<string> {
    const channel = this.channels.get(channelName);
    if (channel === undefined) throw new Error(`there is no channel "${channelName}"`);
    const { keys } = await this.request('channel.join', { channel });
    for (const key of keys) this.keys.set(key.route.id, key);
    return channel;
  }

  /** Registers a target of one channel; the first of its handles is ready to seal for. */
  async talk(channel: string): Promise<WireTalk> {
    const registered = await this.request('talk.register', { target: { channels: [channel] } });
    const first = registered.handles[0];
    const keys = first && this.keys.get(first.route.id);
    const sender = keys?.senders.find(([, source]) => source.id === registered.source.id);
    if (!first || !keys?.secret || !sender) throw new Error('no key came with the registration');
    const [senderIndex] = sender;
    const secret = decodeBase64(keys.secret, 32);
    if (!secret) throw new Error('the secret is no base64url of 32 bytes');
    const routeId = uuidBytes(first.route.id);
    const base = this.#cipher.deriveSenderBaseKey(secret, routeId, keys.epoch, senderIndex);
    return {
      handle: first.handle,
      sourceHandle: registered.source.handle,
      routeHandle: first.route.handle,
      senderIndex,
      epoch: keys.epoch,
      sealer: this.#cipher.sealer(base, buildKid(senderIndex, keys.epoch)),
    };
  }

  /** One sealed uplink body. */
  seal(talk: WireTalk, ctr: number, part: SenderPart, opus: Uint8Array): Uint8Array {
    const senderPart = new Uint8Array(SENDER_PART_BYTES);
    writeSenderPart(senderPart, 0, part);
    const sealed = talk.sealer.seal(ctr, senderPart, buildPayload(opus));
    return buildUplinkBody(talk.handle, senderPart, sealed);
  }

  /** Probes until the server sends this client's voice over UDP. */
  async openUdp(): Promise<void> {
    const offer = this.welcome?.voice.find((offered) => offered.transport === 'udp');
    if (!offer) throw new Error('the server offers no UDP');
    const uplinkKey = decodeBase64(offer.uplinkKey, 32);
    if (!uplinkKey) throw new Error('the hop key is no base64url of 32 bytes');
    this.#uplinkKey = createHopKey(uplinkKey);
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 1 << 20 });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    this.udp = { socket, offer, port: socket.address().port };
    socket.on('message', (packet) => this.#datagram(packet));
    const switched = this.next(
      'voicePathChanged',
      (params) => (params as { downlink: string }).downlink === 'udp',
    );
    const challenge = new Uint8Array(PROBE_CHALLENGE_BYTES);
    this.sendDatagram(
      this.datagram(PacketType.probe, buildProbe({ step: ProbeStep.ask, challenge })),
    );
    await switched;
  }

  /** A datagram with the next packet number and a true tag. */
  datagram(type: 0 | 1 | 2 | 3, body: Uint8Array): Uint8Array {
    if (!this.udp || !this.#uplinkKey) throw new Error('openUdp comes first');
    const number = (this.#packetNumber += 1);
    return buildDatagram(type, this.udp.offer.connectionId, number, body, this.#uplinkKey);
  }

  sendDatagram(bytes: Uint8Array): void {
    if (!this.udp) throw new Error('openUdp comes first');
    this.udp.socket.send(bytes, this.udp.offer.port, '127.0.0.1');
  }

  sendMedia(body: Uint8Array): void {
    if (this.udp) return this.sendDatagram(this.datagram(PacketType.media, body));
    this.sendMediaOverWebSocket(body);
  }

  sendMediaOverWebSocket(body: Uint8Array): void {
    const message = new Uint8Array(1 + body.length);
    message[0] = typeOctet(PacketType.media);
    message.set(body, 1);
    this.#socket.send(message);
  }

  sendBinary(message: Uint8Array): void {
    this.#socket.send(message);
  }

  /** Ends the session, and the connection with it. */
  async close(): Promise<void> {
    this.udp?.socket.close();
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.send(encodeRequest((this.#lastId += 1), 'session.close', {}));
    this.#socket.close();
    await this.ended;
  }

  async #begin<M extends 'session.authenticate' | 'session.resume'>(
    method: M,
    params: MethodParams<M>,
  ): Promise<MethodResult<M>> {
    const welcome = await this.request(method, params);
    this.welcome = welcome;
    for (const key of welcome.keys) this.keys.set(key.route.id, key);
    return welcome;
  }

  async #wholeSnapshot(): Promise<void> {
    await this.next('snapshotPart', (part) => (part as SnapshotPart).last);
  }

  #datagram(packet: Uint8Array): void {
    const type = parseTypeOctet(packet[0] ?? 0);
    if (type === PacketType.media) return this.onMedia(packet);
    // A challenge: step 1 behind the nine bytes of the header.
    if (type !== PacketType.probe || packet[9] !== ProbeStep.challenge) return;
    const challenge = packet.subarray(10, 10 + PROBE_CHALLENGE_BYTES);
    const answer = buildProbe({ step: ProbeStep.answer, challenge });
    this.sendDatagram(this.datagram(PacketType.probe, answer));
  }

  #binary(message: Uint8Array): void {
    const type = parseTypeOctet(message[0] ?? 0);
    if (type === PacketType.media) return this.onMedia(message);
    if (type !== PacketType.ping) return;
    const pong = new Uint8Array(message);
    pong[0] = typeOctet(PacketType.pong);
    this.#socket.send(pong);
  }

  #text(text: string): void {
    const parsed = parseEnvelope(text);
    if (!parsed.ok) throw new Error(`the server sent no JSON-RPC: ${text}`);
    const { envelope } = parsed;
    if (envelope.kind === 'response') {
      this.#welcomed(envelope.result);
      this.#answer(envelope.id, envelope.result);
    } else if (envelope.kind === 'error') {
      this.#answer(envelope.id ?? -1, new Error(`${envelope.error.data?.code} ${text}`));
    } else if (envelope.kind === 'request') {
      const keys = envelope.params as RouteKeys;
      this.keys.set(keys.route.id, keys);
      this.#socket.send(encodeResult(envelope.id, {}));
    } else {
      if (envelope.method === 'snapshotPart') this.#snapshot(envelope.params as SnapshotPart);
      else if (envelope.method !== 'tick') this.#count(envelope.params);
      for (const { method, take } of [...this.#waiters]) {
        if (method === envelope.method) take(envelope.params);
      }
    }
  }

  #snapshot(part: SnapshotPart): void {
    for (const { id, name } of part.channels) this.channels.set(name, id);
    if (part.last) this.#lastSeq = this.#snapshotSeq;
  }

  /** Before anything that follows is read: the token, and where the numbers go on. */
  #welcomed(result: unknown): void {
    const { resumeToken, seq, resync } = result as Partial<MethodResult<'session.resume'>>;
    if (resumeToken === undefined || seq === undefined) return;
    this.#token = resumeToken;
    if (resync === false) return;
    this.#snapshotSeq = seq;
    this.#lastSeq = null;
  }

  #count(params: unknown): void {
    const { seq } = params as { seq?: number };
    if (seq === undefined) return;
    this.#lastSeq = seq;
    this.numbers.push(seq);
  }

  #answer(id: number, result: unknown): void {
    this.#answers.get(id)?.(result);
    this.#answers.delete(id);
  }
}
