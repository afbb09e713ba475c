import { VoiceError } from '@sidetone/protocol';
import type { WebSocketErrorCode } from './error-codes.js';

export interface WebSocketOptions {
  /** Where clients connect, default `/voice`. */
  readonly path?: string;
  /**
   * Origins of other sites whose pages may connect, exactly as browsers send them, for instance
   * `https://app.example.org`. Pages of this server's own origin may, and so may programs that send
   * no `Origin`: credentials never travel in cookies.
   */
  readonly origins?: readonly string[];
  /** Connections of one address that have not signed in yet, default 64. Loopback has no such limit. */
  readonly unauthenticatedPerAddress?: number;
  /**
   * All connections that have not signed in yet, default 512. Who comes then takes the place of one
   * that does nothing, the oldest of the address that has the most.
   */
  readonly unauthenticatedTotal?: number;
  /**
   * All connections of one address (IPv4 address or IPv6 /64), default 256: one guest must not take
   * every place of a server. Loopback has no such limit.
   */
  readonly connectionsPerAddress?: number;
  /** All connections, default 16,384. */
  readonly connectionsTotal?: number;
}

export interface ResolvedWebSocketOptions {
  readonly path: string;
  readonly origins: ReadonlySet<string>;
  readonly unauthenticatedPerAddress: number;
  readonly unauthenticatedTotal: number;
  readonly connectionsPerAddress: number;
  readonly connectionsTotal: number;
}

const MAX_SOCKETS = 1_000_000;

/** Fills in the defaults; all problems are reported in one `ERR_WEBSOCKET_OPTIONS`. */
export function resolveWebSocketOptions(options: WebSocketOptions = {}): ResolvedWebSocketOptions {
  const {
    path = '/voice',
    origins = [],
    unauthenticatedPerAddress = 64,
    unauthenticatedTotal = 512,
    connectionsPerAddress = 256,
    connectionsTotal = 16_384,
    ...unknown
  } = options;
  const problems = [
    ...Object.keys(unknown).map((name) => `"${name}" is not an option`),
    ...pathProblems(path),
    ...originProblems(origins),
    ...countProblems('unauthenticatedPerAddress', unauthenticatedPerAddress),
    ...countProblems('unauthenticatedTotal', unauthenticatedTotal),
    ...countProblems('connectionsPerAddress', connectionsPerAddress),
    ...countProblems('connectionsTotal', connectionsTotal),
  ];
  if (problems.length > 0) {
    const code: WebSocketErrorCode = 'ERR_WEBSOCKET_OPTIONS';
    throw new VoiceError(code, `websocket() cannot use these options: ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return Object.freeze({
    path,
    origins: new Set(origins),
    unauthenticatedPerAddress,
    unauthenticatedTotal,
    connectionsPerAddress,
    connectionsTotal,
  });
}

function pathProblems(path: unknown): string[] {
  if (typeof path === 'string' && /^\/[^\s?#]*$/.test(path)) return [];
  return [`path "${String(path)}" must begin with a slash and have no query`];
}

function originProblems(origins: unknown): string[] {
  if (!Array.isArray(origins)) return ['origins must be a list'];
  return origins.flatMap((origin: unknown, index) =>
    typeof origin === 'string' && isOrigin(origin)
      ? []
      : [
          `origins[${index}] "${String(origin)}" must be scheme://host or scheme://host:port, in lower case, without a path`,
        ],
  );
}

/** `app://x` and the like have no origin for the URL standard; browsers' engines send them so. */
function isOrigin(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/.test(text) || !URL.canParse(text)) return false;
  const { origin } = new URL(text);
  return origin === 'null' || origin === text;
}

function countProblems(path: string, count: unknown): string[] {
  const fits =
    Number.isInteger(count) && (count as number) >= 1 && (count as number) <= MAX_SOCKETS;
  return fits ? [] : [`${path} "${String(count)}" must be an integer from 1 to ${MAX_SOCKETS}`];
}
