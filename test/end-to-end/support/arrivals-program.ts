// Many people who come at the same moment, in one process.
import { opus } from '@sidetone/plugin-opus';
import type { Client } from '@sidetone/client-sdk';
import { answerCalls } from './child-program.js';
import { arrive, type Arrived } from './patient-person.js';

const codec = opus();
const clients: Client[] = [];

const calls = {
  /** All at once; resolves when all are in. */
  async arrive(what: {
    readonly url: string;
    readonly method: 'register' | 'password';
    readonly people: readonly { readonly name: string; readonly password: string }[];
  }): Promise<readonly Arrived[]> {
    const { url, method, people } = what;
    return Promise.all(
      people.map(async ({ name, password }) => {
        const credentials = { method, credentials: { name, password } };
        const { client, arrived } = await arrive({ url, codec, name }, credentials);
        clients.push(client);
        return arrived;
      }),
    );
  },
  async leave(): Promise<void> {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  },
};

export type ArrivalsCalls = typeof calls;

answerCalls(calls);
