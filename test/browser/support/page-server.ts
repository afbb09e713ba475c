import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ReferenceProgram } from '../../end-to-end/support/reference-program.js';

/** The reference server with its page, in a process and a data folder of its own. */
export class PageServer {
  readonly url: string;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  #program: ReferenceProgram;

  private constructor(
    program: ReferenceProgram,
    url: string,
    folder: string,
    env: Readonly<Record<string, string>>,
  ) {
    this.#program = program;
    this.url = url;
    this.#folder = folder;
    this.#env = env;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<PageServer> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-page-server-'));
    const program = new ReferenceProgram('main', [], { ...env, SIDETONE_DATA_DIR: folder });
    return new PageServer(program, await program.url(), folder, env);
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    await this.#program.stop('SIGKILL');
  }

  /** Starts it again at the same address. */
  async startAgain(): Promise<void> {
    this.#program = new ReferenceProgram('main', [], {
      ...this.#env,
      SIDETONE_DATA_DIR: this.#folder,
      SIDETONE_PORT: new URL(this.url).port,
    });
    await this.#program.url();
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
