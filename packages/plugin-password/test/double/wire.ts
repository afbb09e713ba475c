import { randomBytes } from 'node:crypto';
import { decodeError, encodeRequest, parseEnvelope, type WireError } from '@sidetone/protocol';
import { waitFor, type MemoryLink, type MemoryTransport } from '@sidetone/testkit';

/** An answer: `error` is `null` where it is a result. */
export interface Answer {
  readonly result: Record<string, unknown>;
  readonly error: WireError | null;
}

/** The least of a client, over a link in memory. */
export class Wire {
  readonly link: MemoryLink;
  #lastId = 0;

  constructor(transport: MemoryTransport, remoteAddress = '192.0.2.7') {
    this.link = transport.connect({ remoteAddress });
  }

  authenticate(method: string, credentials: Record<string, unknown>): Promise<Answer> {
    const instance = randomBytes(16).toString('base64url');
    return this.ask('session.authenticate', { method, credentials, instance });
  }

  async ask(method: string, params: Record<string, unknown>): Promise<Answer> {
    const id = ++this.#lastId;
    this.link.sendText(encodeRequest(id, method, params));
    return waitFor(() => this.#answer(id), { timeoutMs: 20_000 });
  }

  /** Everything that has come, as one text. */
  get heard(): string {
    return this.link.received
      .map((message) => (message.kind === 'text' ? message.text : ''))
      .join('\n');
  }

  #answer(id: number): Answer | null {
    for (const message of this.link.received) {
      if (message.kind !== 'text') continue;
      const parsed = parseEnvelope(message.text);
      if (!parsed.ok) continue;
      const { envelope } = parsed;
      if (envelope.kind === 'response' && envelope.id === id) {
        return { result: envelope.result as Record<string, unknown>, error: null };
      }
      if (envelope.kind === 'error' && envelope.id === id) {
        return { result: {}, error: decodeError(envelope.error) };
      }
    }
    return null;
  }
}
