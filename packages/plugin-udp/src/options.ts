import { VoiceError } from '@sidetone/protocol';
import type { UdpErrorCode } from './error-codes.js';

export interface UdpOptions {
  /** Address or host name to bind, default `127.0.0.1`. `0.0.0.0` or `::` for all. */
  readonly host?: string;
  /** 0 to 65535, default 0: a free one, which clients are told when they sign in. */
  readonly port?: number;
  /** Host that clients send to, where it is not that of their control connection. */
  readonly publicHost?: string;
  /** Port that clients send to, where something in between maps it. Default: the bound one. */
  readonly publicPort?: number;
}

export interface ResolvedUdpOptions {
  readonly host: string;
  readonly port: number;
  readonly publicHost: string | null;
  readonly publicPort: number | null;
}

const MAX_PORT = 65_535;
const MAX_HOST_LENGTH = 255;

/** Fills in the defaults; all problems are reported in one `ERR_UDP_OPTIONS`. */
export function resolveUdpOptions(options: UdpOptions = {}): ResolvedUdpOptions {
  const { host = '127.0.0.1', port = 0, publicHost, publicPort, ...unknown } = options;
  const problems = [
    ...Object.keys(unknown).map((path) => `"${path}" is not an option`),
    ...hostProblems('host', host),
    ...portProblems('port', port, 0),
    ...(publicHost === undefined ? [] : hostProblems('publicHost', publicHost)),
    ...(publicPort === undefined ? [] : portProblems('publicPort', publicPort, 1)),
  ];
  if (problems.length > 0) {
    const code: UdpErrorCode = 'ERR_UDP_OPTIONS';
    throw new VoiceError(code, `udp() cannot use these options: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return Object.freeze({
    host,
    port,
    publicHost: publicHost ?? null,
    publicPort: publicPort ?? null,
  });
}

function hostProblems(path: string, host: unknown): string[] {
  if (typeof host === 'string' && host.length > 0 && host.length <= MAX_HOST_LENGTH) return [];
  return [`${path} "${String(host)}" must be an address or a host name`];
}

function portProblems(path: string, port: unknown, min: number): string[] {
  if (Number.isInteger(port) && (port as number) >= min && (port as number) <= MAX_PORT) return [];
  return [`${path} "${String(port)}" must be an integer from ${min} to ${MAX_PORT}`];
}
