import type { Playback } from '../audio/playback.js';
import { clientError } from '../error/client-error.js';
import type { Client } from './client.js';
import type { ClientState } from './client-state.js';

/**
 * Resolves with the state as soon as the client is in one of this status, at once if it is. Rejects
 * with `ERR_CLIENT_TIMEOUT` after so many milliseconds, with the signal's reason when it says stop,
 * and with `ERR_CLIENT_STATE` when the client is closed, for then no other state follows.
 */
export async function entersState<S extends ClientState['status']>(
  client: Client<Playback>,
  status: S,
  timeoutOrSignal: number | AbortSignal,
): Promise<Extract<ClientState, { status: S }>> {
  const isThere = (state: ClientState): state is Extract<ClientState, { status: S }> =>
    state.status === status;
  if (isThere(client.state)) return client.state;
  const [signal, cancelTimer] = signalOf(client, status, timeoutOrSignal);
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const settle = (run: () => void): void => {
      cancelTimer();
      client.off('stateChanged', changed);
      signal.removeEventListener('abort', aborted);
      run();
    };
    const changed = ({ state }: { readonly state: ClientState }): void => {
      if (isThere(state)) settle(() => resolve(state));
      else if (state.status === 'closed') settle(() => reject(closedError(status)));
    };
    const aborted = (): void => settle(() => reject(signal.reason as Error));
    client.on('stateChanged', changed);
    signal.addEventListener('abort', aborted);
    if (client.state.status === 'closed') settle(() => reject(closedError(status)));
  });
}

function signalOf(
  client: Client<Playback>,
  status: ClientState['status'],
  timeoutOrSignal: number | AbortSignal,
): [AbortSignal, () => void] {
  if (typeof timeoutOrSignal !== 'number') return [timeoutOrSignal, () => undefined];
  const controller = new AbortController();
  const cancel = client.clock.after(timeoutOrSignal, () =>
    controller.abort(
      clientError(
        'ERR_CLIENT_TIMEOUT',
        `the client was not "${status}" within ${timeoutOrSignal} ms; it is "${client.state.status}"`,
        { details: { status, is: client.state.status } },
      ),
    ),
  );
  return [controller.signal, cancel];
}

function closedError(status: ClientState['status']): Error {
  return clientError('ERR_CLIENT_STATE', `the client is closed and never "${status}" again`);
}
