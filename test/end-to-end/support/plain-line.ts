import { decodeError, encodeRequest, parseEnvelope, type WireError } from '@sidetone/protocol';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';

export type Answer =
  | { readonly result: Readonly<Record<string, unknown>>; readonly error: null }
  | { readonly result: null; readonly error: WireError };

/** How somebody signs in. */
export interface Credentials {
  readonly method: string;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly organization?: string;
}

/** A control connection and no more: what was asked, and every word that came. */
export class PlainLine {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  /** Everything that the server said, as it came. */
  readonly heard: string[] = [];
  readonly instance = randomBytes(16).toString('base64url');

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data: Buffer, binary) => {
      if (!binary) this.#take(data.toString());
    });
    socket.on('close', (code: number) => {
      const end = decodeError({ code: 0, message: `the connection ended with ${code}` });
      for (const settle of this.#answers.values()) settle({ result: null, error: end });
    });
  }

  /** `localAddress`: where it comes from. */
  static async open(url: string, localAddress?: string): Promise<PlainLine> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/voice`, 'sidetone.v1', {
      perMessageDeflate: false,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const line = new PlainLine(socket);
    await once(socket, 'open');
    return line;
  }

  request(method: string, params: object): Promise<Answer> {
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#socket.send(encodeRequest(id, method, params));
    });
  }

  signIn(credentials: Credentials): Promise<Answer> {
    return this.request('session.authenticate', { ...credentials, instance: this.instance });
  }

  /** Without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  #take(text: string): void {
    this.heard.push(text);
    const parsed = parseEnvelope(text);
    if (!parsed.ok) throw new Error(`the server sent no JSON-RPC: ${text}`);
    const { envelope } = parsed;
    if (envelope.kind !== 'response' && envelope.kind !== 'error') return;
    const id = envelope.id ?? -1;
    const settle = this.#answers.get(id);
    this.#answers.delete(id);
    settle?.(
      envelope.kind === 'response'
        ? { result: { ...(envelope.result as object) }, error: null }
        : { result: null, error: decodeError(envelope.error) },
    );
  }
}
