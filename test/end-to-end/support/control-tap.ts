import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A text frame that a server sends is not masked, so whoever sits on the line reads along. */
const TOKEN = /"resumeToken":"([A-Za-z0-9_-]{43})"/;
/** Longer than a token with its name. */
const REMEMBERED = 100;

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  /** Of the next token on, the client hears nothing. */
  readonly doomed: boolean;
  /** The end of what the server said; a token may come in two pieces. */
  heard: string;
}

/**
 * Somebody on the line of the control connection: reads what the server says, and can let a
 * request through and cut the line when its answer comes.
 */
export class ControlTap {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  readonly port: number;
  /** Resume tokens as they passed, oldest first. */
  readonly tokens: string[] = [];
  /** Connections cut by `cut`. */
  cuts = 0;
  /** Answers that were lost. */
  answersLost = 0;
  #toLose = 0;

  private constructor(server: Server, { hostname, port }: URL) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.#connect(client, connect(Number(port), hostname)));
  }

  static async start(targetUrl: string): Promise<ControlTap> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ControlTap(server, new URL(targetUrl));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  cut(): void {
    for (const line of [...this.#lines]) {
      this.cuts += 1;
      this.#end(line);
    }
  }

  /** Of each of the next connections the answer that brings a token is lost, and the line with it. */
  loseAnswers(count: number): void {
    this.#toLose = count;
  }

  async close(): Promise<void> {
    for (const line of [...this.#lines]) this.#end(line);
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #connect(client: Socket, server: Socket): void {
    const doomed = this.#toLose > 0;
    if (doomed) this.#toLose -= 1;
    const line: Line = { client, server, doomed, heard: '' };
    this.#lines.add(line);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      // Its end follows, and with it that of the other.
      socket.on('error', () => {});
      socket.on('close', () => this.#end(line));
    }
    client.on('data', (bytes: Buffer) => server.write(bytes));
    server.on('data', (bytes: Buffer) => this.#answer(line, bytes));
  }

  #answer(line: Line, bytes: Buffer): void {
    if (!this.#lines.has(line)) return;
    line.heard += bytes.toString('latin1');
    for (let found = TOKEN.exec(line.heard); found; found = TOKEN.exec(line.heard)) {
      this.tokens.push(found[1] ?? '');
      line.heard = line.heard.slice(found.index + found[0].length);
      if (!line.doomed) continue;
      this.answersLost += 1;
      this.#end(line);
      return;
    }
    line.heard = line.heard.slice(-REMEMBERED);
    line.client.write(bytes);
  }

  #end(line: Line): void {
    if (!this.#lines.delete(line)) return;
    line.client.resetAndDestroy();
    line.server.resetAndDestroy();
  }
}
