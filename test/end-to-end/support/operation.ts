import { waitFor } from '@sidetone/testkit';
import { ChildProgram } from './child-program.js';
import type { ParticipantCalls, ParticipantSettings } from './participant-program.js';
import type { ServerCalls, ServerSettings } from './server-program.js';

export interface Person {
  readonly program: ChildProgram<ParticipantCalls>;
  readonly session: string;
  readonly user: string;
}

/** A server and people, each in a process of its own. */
export class Operation {
  readonly server: ChildProgram<ServerCalls>;
  readonly url: string;
  readonly #programs: ChildProgram<ParticipantCalls>[] = [];

  private constructor(server: ChildProgram<ServerCalls>, url: string) {
    this.server = server;
    this.url = url;
  }

  static async start(settings: ServerSettings = {}): Promise<Operation> {
    const server = ChildProgram.start<ServerCalls>('./server-program.ts', settings);
    return new Operation(server, await server.call('start'));
  }

  /** Signed in, joined, and with its voice on the path it wants. */
  async person(
    name: string,
    transport: ParticipantSettings['transport'],
    channels: readonly string[],
  ): Promise<Person> {
    const program = ChildProgram.start<ParticipantCalls>('./participant-program.ts', {
      url: this.url,
      name,
      transport,
    } satisfies ParticipantSettings);
    this.#programs.push(program);
    const person = { program, ...(await program.call('connect')) };
    await program.call('join', channels);
    await waitFor(
      async () => {
        const { up, down } = await program.call('voice');
        return up === transport && down === transport;
      },
      { timeoutMs: 10_000, describe: () => `${name} has no voice over ${transport}` },
    );
    return person;
  }

  async end(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
    await this.server.call('stop');
    await this.server.stop();
  }
}
