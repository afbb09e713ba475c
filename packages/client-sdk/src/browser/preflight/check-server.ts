import { isVoiceError, type Hello, type VoiceError } from '@sidetone/protocol';
import { connectError } from '../../client/connect-error.js';
import { Connection } from '../../client/connection.js';
import type { Clock } from '../../clock/clock.js';
import type { OpenControlSocket } from '../../control/control-socket.js';
import { clientError } from '../../error/client-error.js';
import type { PathFindings, PreflightCheck, SocketFindings } from './preflight-report.js';

export interface ServerCheckParts {
  readonly clock: Clock;
  readonly openSocket: OpenControlSocket;
}

export interface ServerFindings {
  readonly socket: PreflightCheck<SocketFindings>;
  readonly path: PreflightCheck<PathFindings>;
}

const HELLO_WITHIN_MS = 5_000;
const ROUND_TRIPS = 3;

/** Opens a connection as a client does, without signing in, and closes it. */
export async function checkServer(url: string, parts: ServerCheckParts): Promise<ServerFindings> {
  const { clock } = parts;
  const startedAt = clock.now();
  const opened = openConnection(url, parts);
  try {
    const { server, authentication } = await opened.hello;
    const openedInMs = clock.now() - startedAt;
    const path = await checkPath(opened, url, clock);
    return { socket: { ok: true, server, authentication, openedInMs }, path };
  } catch (cause) {
    const failed = { ok: false, error: asConnectError(cause, url) } as const;
    return { socket: failed, path: failed };
  } finally {
    opened.connection.end({ kind: 'connectionLost', message: 'it was a trial' }, 'SESSION_CLOSED');
    await opened.connection.gone;
  }
}

interface OpenedConnection {
  readonly connection: Connection;
  readonly hello: Promise<Hello>;
  /** Rejects when the connection ends. */
  readonly ended: Promise<never>;
}

function openConnection(url: string, { clock, openSocket }: ServerCheckParts): OpenedConnection {
  let greet: (hello: Hello) => void = () => undefined;
  let fail: (error: VoiceError) => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => (fail = reject));
  const greeted = new Promise<Hello>((resolve) => (greet = resolve));
  // Its end is of interest only to who waits for something.
  ended.catch(() => undefined);
  const ignore = (): void => undefined;
  const connection = new Connection({
    url,
    clock,
    openSocket,
    owner: {
      hello: greet,
      ended: (reason) => {
        cancelTimer();
        fail(connectError(reason, url));
      },
      notification: ignore,
      request: ignore,
      binary: ignore,
      closing: ignore,
      unknownResponse: ignore,
      rejected: ignore,
    },
  });
  const cancelTimer = clock.after(HELLO_WITHIN_MS, () =>
    connection.abandon({ kind: 'serverSilent' }),
  );
  const hello = Promise.race([greeted, ended]).finally(() => cancelTimer());
  return { connection, hello, ended };
}

/**
 * Voice takes the connection that is open already, so what counts is how long it takes there and
 * back. Whoever has not signed in is refused, which is an answer, too.
 */
async function checkPath(
  { connection, ended }: OpenedConnection,
  url: string,
  clock: Clock,
): Promise<PreflightCheck<PathFindings>> {
  const times: number[] = [];
  try {
    while (times.length < ROUND_TRIPS) {
      const askedAt = clock.now();
      const answer = connection.rpc.callUnchecked('organization.list', {});
      await Promise.race([answer.catch(requireRefusal), ended]);
      times.push(clock.now() - askedAt);
    }
  } catch (cause) {
    return { ok: false, error: asConnectError(cause, url) };
  }
  const [, roundTripMs = 0] = times.sort((a, b) => a - b);
  return { ok: true, transport: 'websocket', roundTripMs };
}

/** Says nothing of a connection that has ended: that is told with its reason. */
function requireRefusal(error: unknown): void {
  if (!isVoiceError(error) || error.code !== 'REQUEST_TIMEOUT') return;
  throw clientError(
    'ERR_CLIENT_CONNECT',
    'the server was there and does not answer any more; look at the network, and at proxies in front of the server',
    { cause: error },
  );
}

function asConnectError(cause: unknown, url: string): VoiceError {
  if (isVoiceError(cause)) return cause;
  return clientError('ERR_CLIENT_CONNECT', `no connection to "${url}" could be opened`, { cause });
}
