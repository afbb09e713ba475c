import { closeReasonOf, encodeRequest, encodeResult, parseEnvelope } from '@sidetone/protocol';
import type { MemoryLink, MemoryTransport } from '@sidetone/testkit';

/** What came of a resume with somebody else's token. */
export interface Theft {
  readonly session: string | null;
  /** Wire code of the refusal, or reason of the close. */
  readonly refusal: string | null;
}

const RESUME = 1;

/** Somebody without an SDK, who has read tokens and comes with them. */
export class Thief {
  #link: MemoryLink | null = null;
  #session: string | null = null;
  #refusal: string | null = null;
  #closed: string | null = null;
  #lastId = RESUME;

  get status(): MemoryLink['status'] {
    return this.#link?.status ?? 'closed';
  }

  /** Goes on when it is settled; see `theft`. */
  attack(transport: MemoryTransport, token: string, instance: string): void {
    this.#session = this.#refusal = this.#closed = null;
    const link = transport.connect({
      listener: {
        text: (text) => this.#read(link, text, { token, instance, lastSeq: null }),
        closed: ({ code }) => void (this.#closed = closeReasonOf(code) ?? String(code)),
      },
    });
    this.#link = link;
  }

  get theft(): Theft {
    return { session: this.#session, refusal: this.#refusal ?? this.#closed };
  }

  /** A refusal that leaves the connection open, for whoever has credentials. */
  giveUp(): void {
    this.#link?.terminate();
  }

  endSession(): void {
    this.#link?.sendText(encodeRequest((this.#lastId += 1), 'session.close', {}));
  }

  cut(): void {
    this.#link?.cut();
  }

  #read(
    link: MemoryLink,
    text: string,
    claim: { token: string; instance: string; lastSeq: null },
  ): void {
    const parsed = parseEnvelope(text);
    if (!parsed.ok) throw new Error(`the server sent no JSON-RPC: ${text}`);
    const { envelope } = parsed;
    if (envelope.kind === 'notification' && envelope.method === 'hello') {
      link.sendText(encodeRequest(RESUME, 'session.resume', claim));
    } else if (envelope.kind === 'request') {
      link.sendText(encodeResult(envelope.id, {}));
    } else if (envelope.kind === 'error' && envelope.id === RESUME) {
      this.#refusal = envelope.error.data?.code ?? String(envelope.error.code);
    } else if (envelope.kind === 'response' && envelope.id === RESUME) {
      this.#session = (envelope.result as { session: string }).session;
      // From here on the token of the victim is spent.
      link.sendText(encodeRequest((this.#lastId += 1), 'session.setState', {}));
    }
  }
}
