import { readdirSync, readFileSync, existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { HttpServer, type Plugin } from '@sidetone/core';

/** The same one from the sources and from what is built of them. */
const BUILT = fileURLToPath(new URL('../../dist/page/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Scripts, styles and voice of this server, and nothing else; wasm is the voice codec. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The name of such a file changes with its content. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Asked for each time, so that a new version of the page is there with the next reload. */
const FOR_NOW = 'no-cache';

interface Served {
  readonly type: string;
  readonly cacheControl: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

/**
 * The page for people with a browser, at `/`.
 * @param folder what the build has made of `page/`
 */
export function page(folder: string = BUILT): Plugin {
  return {
    name: 'page',
    version: '0.1.0',
    requires: [HttpServer],
    setup(context) {
      const server = context.get(HttpServer);
      if (!existsSync(path.join(folder, 'index.html'))) {
        context.log.warn('there is no page for browsers; "npm run build" makes it', { folder });
        server.handle('GET', '/', sayMissing);
        return;
      }
      serve(server, '/', read(path.join(folder, 'index.html'), FOR_NOW));
      for (const name of readdirSync(path.join(folder, 'assets'))) {
        serve(server, `/assets/${name}`, read(path.join(folder, 'assets', name), FOR_EVER));
      }
    },
  };
}

function read(file: string, cacheControl: string): Served {
  const plain = readFileSync(file);
  const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
  return { type, cacheControl, plain, gzipped: gzipSync(plain) };
}

function serve(server: HttpServer, at: string, served: Served): void {
  server.handle('GET', at, (request, response) => answer(request, response, served));
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { type, cacheControl, plain, gzipped }: Served,
): void {
  const zip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = zip ? gzipped : plain;
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': type,
    'content-length': body.length,
    'cache-control': cacheControl,
    vary: 'accept-encoding',
    ...(zip ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(body);
}

function sayMissing(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, {
    ...SECURITY_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end('The page is not built. Run "npm run build" and start the server again.\n');
}
