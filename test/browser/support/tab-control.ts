import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { waitFor } from '@sidetone/testkit';
import { WebSocket } from 'ws';
import { findBrowser } from '../../../scripts/browser.mjs';

interface Answer {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/**
 * A browser with tabs, spoken to in its own protocol. What drives browsers in tests otherwise keeps
 * each page visible and its timers at full speed, so that no page is ever hidden.
 */
export class TabControl {
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;
  readonly #folder: string;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  private constructor(child: ChildProcess, socket: WebSocket, folder: string) {
    this.#child = child;
    this.#socket = socket;
    this.#folder = folder;
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      if (answer.id === undefined) return;
      this.#answers.get(answer.id)?.(answer);
      this.#answers.delete(answer.id);
    });
  }

  static async start(flags: readonly string[]): Promise<TabControl> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-tabs-'));
    const child = spawn(
      findBrowser(),
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--no-first-run',
        '--remote-debugging-port=0',
        `--user-data-dir=${folder}`,
        ...flags,
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    const match = await waitFor(() => /DevTools listening on (\S+)/.exec(said), {
      timeoutMs: 30_000,
      describe: () => said,
    });
    const socket = new WebSocket(match[1] ?? '');
    await once(socket, 'open');
    return new TabControl(child, socket, folder);
  }

  /** Opens a tab in front of the others; resolves when it is loaded. */
  async open(url: string): Promise<Tab> {
    const { targetId } = await this.call('Target.createTarget', { url });
    await this.call('Target.activateTarget', { targetId });
    const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true });
    const tab = new Tab(this, String(sessionId));
    await waitFor(
      () =>
        tab.evaluate<boolean>(
          `location.href === ${JSON.stringify(url)} && document.readyState === "complete"`,
        ),
      { timeoutMs: 20_000 },
    );
    return tab;
  }

  async call(
    method: string,
    params: object,
    sessionId?: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    const id = (this.#lastId += 1);
    const answered = new Promise<Answer>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#socket.terminate();
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class Tab {
  readonly #control: TabControl;
  readonly #session: string;

  constructor(control: TabControl, session: string) {
    this.#control = control;
    this.#session = session;
  }

  /** What the expression comes to, as a click would run it. Rejects with what it throws. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.#control.call(
      'Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true, userGesture: true },
      this.#session,
    )) as {
      readonly result?: { readonly value?: unknown };
      readonly exceptionDetails?: unknown;
    };
    if (exceptionDetails) throw new Error(`in the tab: ${JSON.stringify(exceptionDetails)}`);
    return result?.value as T;
  }
}
