import { once } from 'node:events';
import { connect } from 'node:net';
import { CommandFailure } from '../command/command-failure.js';
import { MAX_MESSAGE_BYTES, type RpcMessage, type RpcRequest } from './json-rpc.js';
import { readLines } from './read-lines.js';

const CONNECT_TIMEOUT_MS = 5000;
const SILENCE_TIMEOUT_MS = 60_000;

/** Asks the server behind the socket for one thing. Rejects with `CommandFailure`. */
export async function askServer(
  path: string,
  params: unknown,
  output: (text: string) => Promise<void>,
): Promise<unknown> {
  const socket = connect(path);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    // A server that is stuck resets it only when it speaks again.
    socket.setTimeout(SILENCE_TIMEOUT_MS, () => socket.destroy(new Error('it does not answer')));
    const request: RpcRequest = { jsonrpc: '2.0', id: 1, method: 'run', params };
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of readLines(socket, MAX_MESSAGE_BYTES)) {
      const message = JSON.parse(line) as RpcMessage;
      if ('result' in message) return message.result;
      if ('error' in message) {
        throw new CommandFailure(message.error.data.code, message.error.message);
      }
      await output(message.params.text);
    }
    throw new Error('it hung up');
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure('UNREACHABLE', `the server at "${path}" cannot be asked: ${reason}`, {
      cause: error,
    });
  } finally {
    socket.destroy();
  }
}
