import type { ServerResponse } from 'node:http';
import { Clock, HealthCheck, HttpServer, type HealthReport, type Plugin } from '@sidetone/core';

/** What stands in front of the server asks in vain for longer. */
const CHECK_TIMEOUT_MS = 2000;
/** Anybody may ask, and the database shall not notice how often. */
const FRESH_MS = 500;

export type ServerPhase = 'starting' | 'ready' | 'draining';

interface NamedReport extends HealthReport {
  readonly name: string;
}

/** `phase` is asked each time: a plugin does not learn when the whole server has started. */
export function health(phase: () => ServerPhase): Plugin {
  return {
    name: 'health',
    version: '0.1.0',
    requires: [HttpServer, HealthCheck, Clock],
    setup(context) {
      const server = context.get(HttpServer);
      const clock = context.get(Clock);
      const reports = shared(clock, () =>
        Promise.all(context.getAll(HealthCheck).map((check) => report(check, clock))),
      );
      server.handle('GET', '/healthz', (_request, response) =>
        answer(response, 200, { alive: true }),
      );
      server.handle('GET', '/readyz', (_request, response) => {
        void reports().then((checks) => {
          const status = phase();
          const ready = status === 'ready' && checks.every(({ ok }) => ok);
          answer(response, ready ? 200 : 503, { ready, status, checks });
        });
      });
    },
  };
}

/** Never rejects. What a check throws may say more than strangers should read. */
async function report(check: HealthCheck, clock: Clock): Promise<NamedReport> {
  const { name } = check;
  let cancel = (): void => {};
  const late = new Promise<HealthReport>((resolve) => {
    const message = `no answer within ${CHECK_TIMEOUT_MS} ms`;
    cancel = clock.after(CHECK_TIMEOUT_MS, () => resolve({ ok: false, message }));
  });
  try {
    const { ok, message } = await Promise.race([check.check(), late]);
    return { name, ok, message };
  } catch {
    return { name, ok: false, message: 'the check itself failed' };
  } finally {
    cancel();
  }
}

/** All who ask at the same time, or shortly after, get the same answer. */
function shared<T>(clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly atMs: number } | null = null;
  return () => {
    const now = clock.now();
    if (last === null || now - last.atMs > FRESH_MS) last = { answer: ask(), atMs: now };
    return last.answer;
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
