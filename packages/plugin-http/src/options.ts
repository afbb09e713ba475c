import { Server } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import { VoiceError } from '@sidetone/protocol';
import type { HttpErrorCode } from './error-codes.js';

export interface HttpOptions {
  /** Address to bind, default `127.0.0.1`. Not together with `server`. */
  readonly host?: string;
  /** 0 to 65535, default 8080; 0 takes a free one, which `url` then names. Not together with `server`. */
  readonly port?: number;
  /**
   * A server of your own to attach to (Express, Fastify, a Next custom server, `node:http`). It
   * stays yours: only registered paths are taken, and stopping Sidetone leaves it running.
   */
  readonly server?: Server;
  /**
   * Default false. True lets a listener of ours bind an address that other machines reach although
   * nothing encrypts what travels, and silences the warning about the same on a server of yours.
   */
  readonly insecure?: boolean;
  /**
   * Only with `server`: true vouches that clients reach it over TLS, for instance through a proxy.
   * Default: whether it is a TLS server itself.
   */
  readonly secure?: boolean;
}

export type ResolvedHttpOptions =
  | {
      readonly mode: 'own';
      readonly host: string;
      readonly port: number;
      readonly insecure: boolean;
    }
  | {
      readonly mode: 'attached';
      readonly server: Server;
      readonly secure: boolean;
      readonly insecure: boolean;
    };

const MAX_PORT = 65_535;

/** Fills in the defaults; all problems are reported in one `ERR_HTTP_OPTIONS`. */
export function resolveHttpOptions(options: HttpOptions = {}): ResolvedHttpOptions {
  const { host, port, server, insecure = false, secure, ...unknown } = options;
  const problems = Object.keys(unknown).map((path) => `"${path}" is not an option`);
  if (typeof insecure !== 'boolean') {
    problems.push(`insecure "${String(insecure)}" must be true or false`);
  }
  if (server === undefined) problems.push(...ownProblems(host, port, secure));
  else problems.push(...attachedProblems(server, host, port, secure));
  if (problems.length > 0) {
    const code: HttpErrorCode = 'ERR_HTTP_OPTIONS';
    throw new VoiceError(code, `http() cannot use these options: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  if (server === undefined) {
    return Object.freeze({ mode: 'own', host: host ?? '127.0.0.1', port: port ?? 8080, insecure });
  }
  const encrypted = secure ?? server instanceof TlsServer;
  return Object.freeze({ mode: 'attached', server, secure: encrypted, insecure });
}

function ownProblems(
  host: HttpOptions['host'],
  port: HttpOptions['port'],
  secure: HttpOptions['secure'],
): string[] {
  const problems: string[] = [];
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    problems.push(`host "${String(host)}" must be an address or a host name`);
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= MAX_PORT)) {
    problems.push(`port "${String(port)}" must be an integer from 0 to ${MAX_PORT}`);
  }
  if (secure !== undefined) problems.push('secure is only for a server of yours: give server too');
  return problems;
}

function attachedProblems(
  server: unknown,
  host: HttpOptions['host'],
  port: HttpOptions['port'],
  secure: HttpOptions['secure'],
): string[] {
  const problems: string[] = [];
  if (!(server instanceof Server) && !(server instanceof TlsServer)) {
    problems.push('server must be an http.Server or https.Server');
  }
  if (host !== undefined) problems.push('host is chosen by the server you attach to: leave it out');
  if (port !== undefined) problems.push('port is chosen by the server you attach to: leave it out');
  if (secure !== undefined && typeof secure !== 'boolean') {
    problems.push(`secure "${String(secure)}" must be true or false`);
  }
  return problems;
}
