import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { waitFor } from '@sidetone/testkit';
import { WebSocket } from 'ws';

/** A client written from docs/protocol alone: it uses nothing of the protocol's or the SDK's code. */

export interface Json {
  readonly [key: string]: unknown;
}

interface Source {
  readonly id: string;
  readonly handle: number;
}

interface Keys {
  readonly route: { readonly id: string; readonly handle: number };
  readonly epoch: number;
  readonly active: boolean;
  readonly secret: string;
  readonly senders: readonly (readonly [number, Source])[];
}

export interface OpenedFrame {
  readonly routeHandle: number;
  readonly sourceHandle: number;
  readonly senderPart: Buffer;
  readonly opus: Buffer;
}

export class PlainClient {
  readonly notifications: { readonly method: string; readonly params: Json }[] = [];
  readonly binary: Buffer[] = [];
  /** By route handle, then by epoch. */
  readonly keys = new Map<number, Map<number, Keys>>();
  /** By route handle, then by index. */
  readonly #senders = new Map<number, Map<number, Source>>();
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, Json>();
  #lastId = 0;

  constructor(url: string) {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/voice`, 'sidetone.v1');
    this.#socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.binary.push(data);
      else this.#text(JSON.parse(data.toString('utf8')) as Json);
    });
  }

  async request(method: string, params: Json): Promise<Json> {
    const id = (this.#lastId += 1);
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    const answer = await waitFor(() => this.#answers.get(id));
    if (answer['error'] !== undefined) throw new Error(JSON.stringify(answer['error']));
    return answer['result'] as Json;
  }

  async notified(method: string): Promise<Json> {
    const found = await waitFor(() => this.notifications.find((each) => each.method === method));
    return found.params;
  }

  /** Signs in as a guest and waits for the last part of the snapshot. */
  async signIn(name: string): Promise<Json> {
    await this.notified('hello');
    const instance = Buffer.from(name.padEnd(16, '-')).toString('base64url');
    const credentials = { name };
    const result = await this.request('session.authenticate', {
      method: 'guest',
      credentials,
      instance,
    });
    await waitFor(() => this.notifications.some(({ params }) => params['last'] === true));
    return result;
  }

  async join(channel: string): Promise<void> {
    const { keys } = await this.request('channel.join', { channel });
    for (const each of keys as Keys[]) this.#install(each);
  }

  sendBinary(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(): void {
    this.#socket.close();
  }

  /** One frame for a route in the newest epoch held, as the source with this handle. */
  seal(frame: {
    readonly routeHandle: number;
    readonly sourceHandle: number;
    readonly ctr: number;
    readonly senderPart: Buffer;
    readonly opus: Buffer;
  }): Buffer {
    const epochs = this.keys.get(frame.routeHandle) ?? new Map<number, Keys>();
    const keys = epochs.get(Math.max(...epochs.keys()));
    const own = [...(this.#senders.get(frame.routeHandle) ?? [])]
      .filter(([, source]) => source.handle === frame.sourceHandle)
      .map(([sender]) => sender);
    if (keys === undefined || own.length === 0) throw new Error('no key to seal with');
    const index = Math.max(...own);
    const kid = index * 16 + (keys.epoch % 16);
    const { key, nonce } = frameKey(keys, index, frame.ctr);
    const header = Buffer.concat([
      Buffer.from([(nibble(kid) << 4) | nibble(frame.ctr)]),
      minimal(kid),
      minimal(frame.ctr),
    ]);
    const cipher = createCipheriv('aes-128-gcm', key, nonce);
    cipher.setAAD(Buffer.concat([header, frame.senderPart]));
    const plaintext = Buffer.concat([uint(0, 2), frame.opus]);
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([header, ciphertext, cipher.getAuthTag()]);
  }

  /** Opens a media body of the server. */
  open(body: Buffer): OpenedFrame {
    const routeHandle = body.readUInt16BE(0);
    const sourceHandle = body.readUInt16BE(2);
    const senderPart = body.subarray(4, 12);
    const sealed = body.subarray(12);
    const kid = readValue(sealed, (sealed[0] ?? 0) >> 4, 1);
    const ctr = readValue(sealed, (sealed[0] ?? 0) & 15, 1 + kid.bytes);
    const keys = [...(this.keys.get(routeHandle)?.values() ?? [])]
      .reverse()
      .find(({ epoch }) => epoch % 16 === kid.value % 16);
    const index = Math.floor(kid.value / 16);
    const source = this.#senders.get(routeHandle)?.get(index);
    if (keys === undefined || source?.handle !== sourceHandle) throw new Error('foreign frame');
    const header = sealed.subarray(0, 1 + kid.bytes + ctr.bytes);
    const { key, nonce } = frameKey(keys, index, ctr.value);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAAD(Buffer.concat([header, senderPart]));
    decipher.setAuthTag(sealed.subarray(-16));
    const opened = decipher.update(sealed.subarray(header.length, -16));
    decipher.final();
    const opus = opened.subarray(2 + opened.readUInt16BE(0));
    return { routeHandle, sourceHandle, senderPart, opus };
  }

  #text(message: Json): void {
    const { id, method, params } = message;
    if (typeof method !== 'string') {
      this.#answers.set(id as number, message);
    } else if (id === undefined) {
      this.notifications.push({ method, params: params as Json });
      if (method === 'keys.senders') this.#addSenders(params as Keys);
    } else {
      this.#install(params as Keys);
      this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
    }
  }

  #install(keys: Keys): void {
    const epochs = this.keys.get(keys.route.handle) ?? new Map<number, Keys>();
    epochs.set(keys.epoch, keys);
    this.keys.set(keys.route.handle, epochs);
    this.#addSenders(keys);
  }

  #addSenders({ route, senders }: Pick<Keys, 'route' | 'senders'>): void {
    const known = this.#senders.get(route.handle) ?? new Map<number, Source>();
    for (const [index, source] of senders) known.set(index, source);
    this.#senders.set(route.handle, known);
  }
}

/** A datagram with fields and tag. */
export function datagram(
  type: number,
  connectionId: number,
  packetNumber: number,
  body: Buffer,
  key: Buffer,
): Buffer {
  const number = uint(packetNumber, 8);
  const head = Buffer.from([0x08 | type]);
  const bytes = Buffer.concat([head, uint(connectionId, 4), number.subarray(4), body]);
  return Buffer.concat([bytes, tagOf(key, number, bytes)]);
}

/** The body of a datagram of the server; throws unless its tag is right. */
export function bodyOf(bytes: Buffer, packetNumber: number, key: Buffer): Buffer {
  const tag = tagOf(key, uint(packetNumber, 8), bytes.subarray(0, -8));
  if (!tag.equals(bytes.subarray(-8))) throw new Error('the tag is wrong');
  return bytes.subarray(9, -8);
}

export function uint(value: number, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
}

function tagOf(key: Buffer, number: Buffer, bytes: Buffer): Buffer {
  return createHmac('sha256', key).update(number).update(bytes).digest().subarray(0, 8);
}

function frameKey(keys: Keys, index: number, ctr: number): { key: Buffer; nonce: Buffer } {
  const secret = Buffer.from(keys.secret, 'base64url');
  const routeId = Buffer.from(keys.route.id.replaceAll('-', ''), 'hex');
  const info = [Buffer.from('Sidetone 1 sender'), routeId, uint(keys.epoch, 8), uint(index, 4)];
  const baseKey = hkdf(secret, info, 32);
  const kid = uint(index * 16 + (keys.epoch % 16), 8);
  const of = (label: string): Buffer[] => [Buffer.from(label), kid, uint(4, 2)];
  const nonce = hkdf(baseKey, of('SFrame 1.0 Secret salt '), 12);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ ctr) >>> 0, 8);
  return { key: hkdf(baseKey, of('SFrame 1.0 Secret key '), 16), nonce };
}

function hkdf(key: Buffer, info: readonly Buffer[], length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', Buffer.concat(info), length));
}

function minimal(value: number): Buffer {
  if (value <= 7) return Buffer.alloc(0);
  return uint(value, Math.ceil(value.toString(16).length / 2));
}

function nibble(value: number): number {
  return value <= 7 ? value : 8 | (minimal(value).length - 1);
}

function readValue(
  sealed: Buffer,
  config: number,
  offset: number,
): { readonly value: number; readonly bytes: number } {
  if (config < 8) return { value: config, bytes: 0 };
  const bytes = (config & 7) + 1;
  return { value: sealed.readUIntBE(offset, bytes), bytes };
}
