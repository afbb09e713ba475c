import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Clock, HttpServer } from '@sidetone/core';
import { http, type HttpOptions } from '@sidetone/plugin-http';
import {
  createFakeClock,
  give,
  mountPlugin,
  type FakeClock,
  type MountedPlugin,
  type MountOptions,
} from '@sidetone/testkit';
import { expect } from 'chai';

const portOf = (url: string | null): number => Number(new URL(url ?? '').port);

/** Everything a socket gives until its end. */
async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

describe('an HTTP listener of our own', () => {
  const running: MountedPlugin[] = [];
  let clock: FakeClock;

  const mount = async (options: HttpOptions, how?: MountOptions): Promise<MountedPlugin> => {
    const mounted = await mountPlugin(http(options), [give(Clock, clock)], how);
    running.push(mounted);
    return mounted;
  };
  const started = async (options: HttpOptions = { port: 0 }): Promise<HttpServer> =>
    (await mount(options)).get(HttpServer);
  const open = async (server: HttpServer): Promise<Socket> => {
    const socket = connect(portOf(server.url), '127.0.0.1');
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
    return socket;
  };

  beforeEach(() => {
    clock = createFakeClock();
  });
  afterEach(async () => {
    for (const mounted of running.splice(0)) await mounted.close();
    expect(clock.pending, 'timers left behind').to.equal(0);
  });

  it('has no url before it listens, and the real port afterwards', async () => {
    const mounted = await mount({ port: 0 }, { open: false });
    const server = mounted.get(HttpServer);
    expect(server.url).to.equal(null);
    expect(server.secure).to.equal(false);
    await mounted.open();
    expect(server.url).to.match(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
  });

  it('calls the handler of method and path, with and without a query', async () => {
    const server = await started();
    server.handle('GET', '/health', (request, response) => response.end(`saw ${request.url}`));
    server.handle('POST', '/health', (_request, response) => response.end('posted'));
    const health = `${server.url}/health`;
    expect(await (await fetch(health)).text()).to.equal('saw /health');
    expect(await (await fetch(`${health}?full=1`)).text()).to.equal('saw /health?full=1');
    expect(await (await fetch(health, { method: 'POST' })).text()).to.equal('posted');
    expect((await fetch(health, { method: 'HEAD' })).status).to.equal(200);
  });

  it('answers 404 for a path nobody registered and 405 for another method', async () => {
    const server = await started();
    server.handle('GET', '/health', (_request, response) => response.end());
    expect((await fetch(`${server.url}/health/`)).status).to.equal(404);
    const refused = await fetch(`${server.url}/health`, { method: 'DELETE' });
    expect(refused.status).to.equal(405);
    expect(refused.headers.get('allow')).to.equal('GET');
  });

  it('turns a handler that throws into a 500 and goes on', async () => {
    const server = await started();
    server.handle('GET', '/broken', () => {
      throw new Error('boom');
    });
    expect((await fetch(`${server.url}/broken`)).status).to.equal(500);
    expect((await fetch(`${server.url}/broken`)).status).to.equal(500);
    expect(running[0]?.log.messages('error')).to.deep.equal([
      'an HTTP handler threw',
      'an HTTP handler threw',
    ]);
  });

  it('hands an upgrade to the plugin that registered its path', async () => {
    const server = await started();
    server.upgrade('/voice', (request, socket) => {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${request.headers.upgrade}`);
    });
    const socket = await open(server);
    socket.write(
      'GET /voice?x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: radio\r\n\r\n',
    );
    expect(await readAll(socket)).to.match(/^HTTP\/1\.1 101 [^]*radio$/);
  });

  it('serves an upgrade that nobody registered as the plain request it also is', async () => {
    const server = await started();
    server.handle('POST', '/echo', (request, response) => void request.pipe(response));
    const socket = await open(server);
    socket.write(
      'POST /echo HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhe',
    );
    setImmediate(() => socket.write('llo'));
    expect(await readAll(socket)).to.match(/^HTTP\/1\.1 200 OK[^]*hello/);

    const unknown = await open(server);
    unknown.write(
      'GET /no HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    expect(await readAll(unknown)).to.match(/^HTTP\/1\.1 404/);
  });

  it('refuses the same path twice', async () => {
    const server = await started();
    server.upgrade('/voice', () => {});
    server.handle('GET', '/voice', () => {});
    expect(() => server.upgrade('/voice', () => {}))
      .to.throw()
      .with.property('code', 'ERR_HTTP_PATH_TAKEN');
    expect(() => server.handle('GET', '/voice', () => {}))
      .to.throw()
      .with.property('code', 'ERR_HTTP_PATH_TAKEN');
  });

  it('names the taken port in one line', async () => {
    const port = portOf((await started()).url);
    const failure = await mount({ port }).catch((error: unknown) => error);
    expect(failure).to.include({ code: 'ERR_HTTP_PORT_TAKEN' });
    expect((failure as Error).message)
      .to.contain(`"127.0.0.1:${port}" is in use`)
      .and.not.contain('\n');
  });

  it('names an address that this machine does not have', async () => {
    const mounted = mount({ host: '192.0.2.1', port: 0, insecure: true });
    const failure = await mounted.catch((error: unknown) => error);
    expect(failure).to.include({ code: 'ERR_HTTP_LISTEN_FAILED' });
  });

  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'voice.example.org']) {
    it(`refuses "${host}" without TLS, unless told that it may`, async () => {
      const options = { host, port: 0 };
      const failure = await mount(options, { open: false }).catch((error: unknown) => error);
      expect(failure).to.include({ code: 'ERR_HTTP_INSECURE_HOST' });
      expect((failure as Error).message)
        .to.contain(`"${host}"`)
        .and.contain('insecure: true');
      await mount({ ...options, insecure: true }, { open: false });
    });
  }

  it('gives a reachable url when it listens on any address', async () => {
    const server = await started({ host: '0.0.0.0', port: 0, insecure: true });
    expect(server.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(server.url ?? '')).status).to.equal(404);
  });

  it('refuses headers of more than 8 KiB', async () => {
    const socket = await open(await started());
    socket.write(`GET / HTTP/1.1\r\nHost: h\r\nX-Long: ${'x'.repeat(9_000)}\r\n\r\n`);
    expect(await readAll(socket)).to.match(/^HTTP\/1\.1 431/);
  });

  it('ends silent, idle and upgraded sockets when it stops', async () => {
    const server = await started();
    server.handle('GET', '/', (_request, response) => response.end('ok'));
    server.upgrade('/voice', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
    const silent = await open(server);
    const idle = await open(server);
    idle.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    const upgraded = await open(server);
    upgraded.write('GET /voice HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: r\r\n\r\n');
    await Promise.all([once(idle, 'data'), once(upgraded, 'data')]);
    const ends = [silent, idle, upgraded].map((socket) => once(socket, 'close'));
    await running[0]?.close();
    await Promise.all(ends);
  });

  it('lets an answer under way finish when it stops, for one second', async () => {
    const server = await started();
    let finish = (): void => {};
    const asked = new Promise<void>((resolve) => {
      server.handle('GET', '/slow', (_request, response) => {
        finish = () => response.end('done');
        resolve();
      });
    });
    server.handle('GET', '/never', () => {});
    const answer = fetch(`${server.url}/slow`).then((response) => response.text());
    const never = fetch(`${server.url}/never`).catch(() => 'cut');
    await asked;
    const stopped = running[0]?.close();
    finish();
    expect(await answer).to.equal('done');
    clock.advance(1_000);
    expect(await never).to.equal('cut');
    await stopped;
  });
});
