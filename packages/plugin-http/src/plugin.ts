import { Clock, HttpServer, isLoopback, type Logger, type Plugin } from '@sidetone/core';
import { VoiceError } from '@sidetone/protocol';
import { AttachedListener } from './attached-listener.js';
import type { HttpErrorCode } from './error-codes.js';
import type { Listener } from './listener.js';
import { resolveHttpOptions, type HttpOptions, type ResolvedHttpOptions } from './options.js';
import { OwnListener } from './own-listener.js';

/**
 * Provides `HttpServer`: a listener of its own, or registered paths on a server of yours.
 *
 * Throws `ERR_HTTP_OPTIONS` at once. The start fails with `ERR_HTTP_INSECURE_HOST`,
 * `ERR_HTTP_PORT_TAKEN` or `ERR_HTTP_LISTEN_FAILED`.
 */
export function http(options?: HttpOptions): Plugin {
  const resolved = resolveHttpOptions(options);
  return {
    name: '@sidetone/plugin-http',
    version: '0.1.0',
    requires: [Clock],
    provides: [HttpServer],
    setup(context) {
      const listener = createListener(resolved, context.get(Clock), context.log);
      context.provide(HttpServer, () => listener);
      context.onListen(() => listener.open());
      context.onClose(() => listener.close());
    },
  };
}

function createListener(options: ResolvedHttpOptions, clock: Clock, log: Logger): Listener {
  if (options.mode === 'attached') return new AttachedListener({ ...options, log });
  const { host, port, insecure } = options;
  if (!insecure && !isLoopback(host)) throw insecureHost(host);
  return new OwnListener({ host, port, clock, log });
}

function insecureHost(host: string): VoiceError<HttpErrorCode> {
  return new VoiceError(
    'ERR_HTTP_INSECURE_HOST',
    `"${host}" can be reached from other machines, and without TLS voice and credentials travel readable, and browsers give no microphone: bind 127.0.0.1 behind a TLS proxy, or set insecure: true on a network you trust`,
    { details: { host } },
  );
}
