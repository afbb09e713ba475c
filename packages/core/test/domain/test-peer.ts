import { randomBytes } from 'node:crypto';
import {
  encodeRequest,
  encodeResult,
  parseEnvelope,
  type CloseReason,
  type Envelope,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type RouteKeys,
  type WireErrorBody,
} from '@sidetone/protocol';
import type {
  ControlConnection,
  ControlIngress,
  ControlPeer,
  VoiceSession,
} from '../../src/index.js';

export interface Notification {
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** A client at the other end of a control connection without a network between. */
export class TestPeer implements ControlPeer {
  readonly remoteAddress: string;
  readonly transport = 'test';
  queuedBytes = 0;
  readonly notifications: Notification[] = [];
  readonly installed: RouteKeys[] = [];
  readonly refusals: WireErrorBody[] = [];
  closeReason: CloseReason | null = null;
  inVoice = false;
  voiceSession: VoiceSession | null = null;
  /** Whether `keys.install` is acknowledged. */
  acknowledging = true;
  /** Is told of each request before it goes out. */
  asking: (id: number, text: string) => void = () => undefined;
  readonly #connection: ControlConnection;
  readonly #answers = new Map<number, (envelope: Envelope) => void>();
  #lastId = 0;

  constructor(ingress: ControlIngress, remoteAddress = '127.0.0.1') {
    this.remoteAddress = remoteAddress;
    this.#connection = ingress.accept(this);
  }

  send(message: string): void {
    const parsed = parseEnvelope(message);
    if (!parsed.ok) throw new Error(`the server sent ${message}`);
    const { envelope } = parsed;
    if (envelope.kind === 'notification') {
      this.notifications.push(envelope as Notification);
    } else if (envelope.kind === 'request') {
      this.installed.push(envelope.params as RouteKeys);
      if (this.acknowledging) this.#connection.message(encodeResult(envelope.id, {}));
    } else if (envelope.id === null) {
      if (envelope.kind === 'error') this.refusals.push(envelope.error);
    } else {
      this.#answers.get(envelope.id)?.(envelope);
    }
  }

  close(reason: CloseReason): void {
    if (this.closeReason !== null) return;
    this.closeReason = reason;
    this.#connection.closed(reason);
  }

  authenticated(session: VoiceSession): void {
    this.voiceSession = session;
  }

  setInVoice(inVoice: boolean): void {
    this.inVoice = inVoice;
  }

  get idle(): boolean {
    return this.#connection.idle;
  }

  /** Text as it came from the network. */
  receive(text: string): void {
    this.#connection.message(text);
  }

  drain(): void {
    this.queuedBytes = 0;
    this.#connection.drained();
  }

  /** The network has ended the connection. */
  vanish(): void {
    if (this.closeReason === null) this.#connection.closed('gone');
  }

  /** Rejects with the error body of the answer. */
  request<M extends MethodName>(method: M, params: MethodParams<M>): Promise<MethodResult<M>> {
    return this.ask(method, params) as Promise<MethodResult<M>>;
  }

  ask(method: string, params: unknown): Promise<unknown> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#answers.set(id, (envelope) => {
        if (envelope.kind === 'response') resolve(envelope.result);
        else if (envelope.kind === 'error') reject(new Refused(envelope.error));
      });
      const text = encodeRequest(id, method, params);
      this.asking(id, text);
      this.#connection.message(text);
    });
  }

  signIn(
    name: string,
    instance: string = createInstance(),
  ): Promise<MethodResult<'session.authenticate'>> {
    const credentials = { name };
    return this.request('session.authenticate', { method: 'guest', credentials, instance });
  }

  /** Notifications of one name so far. */
  heard(method: string): readonly Record<string, unknown>[] {
    return this.notifications.filter((one) => one.method === method).map(({ params }) => params);
  }

  /** State events so far: those that carry a number. */
  get events(): readonly Notification[] {
    return this.notifications.filter(({ method, params }) => 'seq' in params && method !== 'tick');
  }
}

export function createInstance(): string {
  return randomBytes(16).toString('base64url');
}

/** The error of an answer, as a test wants to look at it. */
export class Refused extends Error {
  readonly body: WireErrorBody;

  constructor(body: WireErrorBody) {
    super(`${body.data?.code}: ${body.message}`);
    this.body = body;
  }

  get code(): string | undefined {
    return this.body.data?.code;
  }
}

export async function refusalOf(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return undefined;
}
