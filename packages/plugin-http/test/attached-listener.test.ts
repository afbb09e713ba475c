import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Clock, HttpServer } from '@sidetone/core';
import { http, type HttpOptions } from '@sidetone/plugin-http';
import { createFakeClock, give, mountPlugin, type MountedPlugin } from '@sidetone/testkit';
import { expect } from 'chai';

async function upgrade(server: Server, path: string, protocol = 'radio'): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`,
  );
  return readAll(socket);
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => socket.destroy());
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

describe("an HTTP listener attached to the embedding program's server", () => {
  let app: Server;
  let sidetone: MountedPlugin;
  let attached: HttpServer;
  let seenByApp: string[];

  const attach = async (options: Partial<HttpOptions> = {}): Promise<void> => {
    const plugin = http({ server: app, ...options });
    sidetone = await mountPlugin(plugin, [give(Clock, createFakeClock())]);
    attached = sidetone.get(HttpServer);
    attached.handle('GET', '/sidetone/health', (_request, response) => response.end('ours'));
    attached.upgrade('/voice', (_request, socket) => socket.end('HTTP/1.1 101 X\r\n\r\nours'));
  };
  const get = async (path: string, init?: RequestInit): Promise<string> => {
    const { port } = app.address() as AddressInfo;
    return (await fetch(`http://127.0.0.1:${port}${path}`, init)).text();
  };
  const listen = async (host = '127.0.0.1'): Promise<void> => {
    app.listen(0, host);
    await once(app, 'listening');
  };

  beforeEach(() => {
    seenByApp = [];
    app = createServer((request, response) => {
      seenByApp.push(`${request.method} ${request.url}`);
      response.end('app');
    });
  });
  afterEach(async () => {
    await sidetone.close();
    app.closeAllConnections();
    if (app.listening) await new Promise((resolve) => app.close(resolve));
  });

  it('takes its own paths away from the app and leaves it all others', async () => {
    await listen();
    await attach();
    expect(await get('/sidetone/health')).to.equal('ours');
    expect(seenByApp).to.deep.equal([]);
    expect(await get('/')).to.equal('app');
    expect(await get('/sidetone')).to.equal('app');
    expect(await get('/sidetone/health', { method: 'POST' })).to.equal('app');
    expect(seenByApp).to.deep.equal(['GET /', 'GET /sidetone', 'POST /sidetone/health']);
  });

  it('lives beside an app that refuses every upgrade it does not know', async () => {
    await listen();
    app.on('upgrade', (request, socket) => {
      seenByApp.push(`upgrade ${request.url}`);
      socket.end(request.url === '/app' ? 'HTTP/1.1 101 X\r\n\r\napp' : 'HTTP/1.1 400 X\r\n\r\n');
    });
    await attach();
    expect(await upgrade(app, '/voice')).to.match(/ours$/);
    expect(await upgrade(app, '/app')).to.match(/app$/);
    expect(await upgrade(app, '/other')).to.match(/^HTTP\/1\.1 400/);
    expect(seenByApp).to.deep.equal(['upgrade /app', 'upgrade /other']);
  });

  it('sees neither its requests nor its upgrades where the app adds listeners later', async () => {
    await listen();
    await attach();
    app.on('request', (request) => seenByApp.push(`late ${request.url}`));
    app.on('upgrade', (request) => seenByApp.push(`late upgrade ${request.url}`));
    expect(await get('/sidetone/health')).to.equal('ours');
    expect(await upgrade(app, '/voice')).to.match(/ours$/);
    expect(seenByApp).to.deep.equal([]);
  });

  it('leaves an offer of h2c a plain request, as it was before', async () => {
    app.keepAliveTimeout = 20;
    await listen();
    const before = await upgrade(app, '/page', 'h2c').then((text) => text.split('\r\n')[0]);
    await attach();
    const after = await upgrade(app, '/page', 'h2c').then((text) => text.split('\r\n')[0]);
    expect(after).to.equal(before).and.equal('HTTP/1.1 200 OK');
    expect(seenByApp).to.deep.equal(['GET /page', 'GET /page']);
  });

  it('gives the server back as it was, running, and ends what it upgraded', async () => {
    await listen();
    const own = Object.getOwnPropertyNames(app).length;
    await attach();
    let ended: Promise<unknown> = Promise.resolve();
    attached.upgrade('/held', (_request, socket) => {
      ended = once(socket, 'close');
    });
    const held = upgrade(app, '/held');
    await new Promise<void>((resolve) => {
      app.once('connection', () => setImmediate(resolve));
    });
    await get('/');
    await sidetone.close();
    await ended;
    await held;
    expect(app.listening).to.equal(true);
    expect(app.listenerCount('upgrade')).to.equal(0);
    expect(app.listenerCount('request')).to.equal(1);
    expect(Object.getOwnPropertyNames(app)).to.have.length(own);
    expect(await get('/sidetone/health')).to.equal('app');
  });

  it('lets everything pass once stopped, also below a wrapper put on later', async () => {
    await listen();
    await attach();
    const ours = app.emit.bind(app) as (event: string, ...args: unknown[]) => boolean;
    let wrapped = 0;
    app.emit = (event: string, ...args: unknown[]) => {
      wrapped += 1;
      return ours(event, ...args);
    };
    await sidetone.close();
    expect(await get('/sidetone/health')).to.equal('app');
    expect(wrapped).to.be.greaterThan(0);
  });

  it('waits for a server that listens later, and then knows its url', async () => {
    await attach();
    expect(attached.url).to.equal(null);
    await listen();
    expect(attached.url).to.equal(`http://127.0.0.1:${(app.address() as AddressInfo).port}`);
    expect(attached.secure).to.equal(false);
    expect(await get('/sidetone/health')).to.equal('ours');
  });

  it('warns where other machines reach a server without TLS', async () => {
    await attach();
    expect(sidetone.log.messages('warn')).to.deep.equal([]);
    await listen('0.0.0.0');
    expect(sidetone.log.messages('warn')).to.have.length(1);
  });

  for (const [why, options] of [
    ['insecure: true accepts it', { insecure: true }],
    ['secure: true vouches for a TLS proxy', { secure: true }],
  ] as const) {
    it(`does not warn when ${why}`, async () => {
      await attach(options);
      await listen('0.0.0.0');
      expect(sidetone.log.messages('warn')).to.deep.equal([]);
      expect(attached.secure).to.equal('secure' in options);
    });
  }

  it('takes a TLS server for secure', async () => {
    app = createTlsServer();
    await attach();
    expect(attached.secure).to.equal(true);
  });

  it('keeps the app running when a handler of ours throws', async () => {
    await listen();
    await attach();
    attached.handle('GET', '/broken', () => {
      throw new Error('boom');
    });
    attached.upgrade('/broken', () => {
      throw new Error('boom');
    });
    expect(await get('/broken')).to.equal('Internal error\n');
    expect(await upgrade(app, '/broken')).to.equal('');
    expect(await get('/')).to.equal('app');
  });
});
