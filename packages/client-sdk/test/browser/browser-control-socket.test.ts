import { expect } from 'chai';
import type { SocketEnd } from '../../src/control/control-socket.js';
import { openBrowserControlSocket } from '../../src/browser/browser-control-socket.js';

/** What a page's WebSocket does, as far as the edge uses it. */
class PageSocket extends EventTarget {
  static readonly OPEN = 1;
  static refuses = false;
  static readonly made: PageSocket[] = [];
  readonly sent: unknown[] = [];
  readonly closedWith: [number, string][] = [];
  binaryType = 'blob';
  readyState = 1;

  readonly url: string;
  readonly protocol: string;

  constructor(url: string, protocol: string) {
    super();
    this.url = url;
    this.protocol = protocol;
    if (PageSocket.refuses) throw new Error('mixed content');
    PageSocket.made.push(this);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(code: number, reason: string): void {
    this.closedWith.push([code, reason]);
  }
}

describe('The control socket of a page', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');

  beforeEach(() => {
    PageSocket.refuses = false;
    Object.defineProperty(globalThis, 'WebSocket', { value: PageSocket, configurable: true });
  });

  afterEach(() => {
    if (before) Object.defineProperty(globalThis, 'WebSocket', before);
    else Reflect.deleteProperty(globalThis, 'WebSocket');
  });

  function open(): {
    readonly told: string[];
    readonly socket: ReturnType<typeof openBrowserControlSocket>;
  } {
    const told: string[] = [];
    const socket = openBrowserControlSocket('wss://host/voice', 'sidetone.v1', {
      opened: () => void told.push('opened'),
      text: (message) => void told.push(message),
      binary: (bytes) => void told.push([...bytes].join()),
      alive: () => void told.push('alive'),
      closed: ({ code, cause }: SocketEnd) => void told.push(`${code} ${String(cause)}`),
    });
    return { told, socket };
  }

  it('carries text and bytes, and closes with codes that pages may use', () => {
    const { told, socket } = open();
    const page = PageSocket.made.at(-1);
    expect(page).to.include({
      url: 'wss://host/voice',
      protocol: 'sidetone.v1',
      binaryType: 'arraybuffer',
    });
    page?.dispatchEvent(new Event('open'));
    page?.dispatchEvent(new MessageEvent('message', { data: 'hello' }));
    page?.dispatchEvent(new MessageEvent('message', { data: Uint8Array.of(1, 2).buffer }));
    expect(told).to.deep.equal(['opened', 'hello', '1,2']);
    socket.sendText('text');
    socket.close(4004, 'SESSION_CLOSED');
    socket.terminate();
    expect(page?.sent).to.deep.equal(['text']);
    expect(page?.closedWith).to.deep.equal([
      [4004, 'SESSION_CLOSED'],
      [1000, ''],
    ]);
  });

  it('tells of a connection that the page refuses to open as of one that was lost', async () => {
    PageSocket.refuses = true;
    const { told, socket } = open();
    socket.sendText('into the void');
    socket.close(1000, '');
    await Promise.resolve();
    expect(told).to.deep.equal(['1006 Error: mixed content']);
  });
});
