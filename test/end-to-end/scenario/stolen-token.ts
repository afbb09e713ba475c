import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface TheftResult {
  /** The code of the answer; `null` where it was none. */
  readonly error: string | null;
  /** Of the `closing` notification before the end. */
  readonly closing: string | null;
  /** Of the close frame; `null` while the connection is open. */
  readonly closeCode: number | null;
}

interface Message {
  readonly method?: string;
  readonly params?: { readonly reason?: string };
  readonly error?: { readonly data?: { readonly code?: string } };
}

/** Tries a resume token that is somebody else's, as a program of one's own would. */
export async function resumeWithStolenToken(
  url: string,
  token: string,
  instance = 'A'.repeat(22),
): Promise<TheftResult> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/voice`, 'sidetone.v1');
  const seen: Message[] = [];
  socket.on('message', (data: Buffer) => {
    seen.push(JSON.parse(data.toString()) as Message);
    if (seen.length === 1) socket.send(resumeRequest(token, instance));
  });
  const closed = once(socket, 'close').then(([code]) => code as number);
  const answered = new Promise<null>((resolve) => {
    socket.on('message', () => {
      const { error } = seen.at(-1) ?? {};
      // Who is only unknown may stay and sign in; who used a spent one is thrown out behind it.
      if (error && error.data?.code !== 'TOKEN_REUSED') resolve(null);
    });
  });
  const closeCode = await Promise.race([closed, answered]);
  socket.terminate();
  return {
    error: seen.find(({ error }) => error)?.error?.data?.code ?? null,
    closing: seen.find(({ method }) => method === 'closing')?.params?.reason ?? null,
    closeCode,
  };
}

function resumeRequest(token: string, instance: string): string {
  const params = { token, instance, lastSeq: null };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session.resume', params });
}
