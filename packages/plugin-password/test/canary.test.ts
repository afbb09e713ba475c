import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  AccountStore,
  AuditLog,
  CredentialStore,
  InviteStore,
  MemberStore,
  OrganizationStore,
  type Portable,
  type Token,
} from '@sidetone/core';
import {
  createRecordingLogger,
  memoryTransport,
  startServer,
  waitFor,
  type LogLine,
  type StartedServer,
} from '@sidetone/testkit';
import { password, Passwords } from '../src/index.js';
import { Wire } from './double/wire.js';

const canary = (name: string): string => `canary ${name} ${randomUUID()}`;
const STORES: readonly Token<Portable>[] = [
  AccountStore,
  AuditLog,
  CredentialStore,
  InviteStore,
  MemberStore,
  OrganizationStore,
];

describe('a password', function () {
  this.timeout(30_000);

  it('is in no log, no answer, no event, no error and no store', async () => {
    const secrets = {
      first: canary('first'),
      second: canary('second'),
      wrong: canary('wrong'),
      weak: `weak ${randomUUID().slice(0, 8)}`,
      imported: canary('imported'),
      temporary: '',
    };
    const log = createRecordingLogger();
    const transport = memoryTransport();
    const started = await startServer([transport, password({ registration: 'open' })], { log });
    const heard: string[] = [];
    try {
      secrets.temporary = await use(started, secrets, heard, () => new Wire(transport));
      heard.push(...(await contentOf(started)));
    } finally {
      await started.stop();
    }
    heard.push(...log.lines.map((line: LogLine) => inspect(line, { depth: 20 })));
    expect(heard.length).to.be.greaterThan(10);
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length, name).to.be.greaterThan(8);
      for (const text of heard) expect(text, name).not.to.include(secret);
    }
  });
});

/** All there is to do with passwords, good and bad; gives the temporary one. */
async function use(
  { server }: StartedServer,
  { first, second, wrong, weak, imported }: Record<string, string>,
  heard: string[],
  connect: () => Wire,
): Promise<string> {
  const wires: Wire[] = [];
  const ask = (method: string, credentials: Record<string, unknown>): Promise<Wire> => {
    const wire = connect();
    wires.push(wire);
    return wire.authenticate(method, credentials).then(() => wire);
  };
  const ada = await ask('register', { name: 'Ada', password: first });
  await ask('register', { name: 'Ada', password: wrong });
  await ask('register', { name: 'Bob', password: weak });
  await ask('password', { name: 'Ada', password: wrong, newPassword: wrong });
  await ask('password', { name: wrong, password: 5 });
  await ask(String(wrong).slice(0, 32), { name: 'Ada', password: first });
  const other = await ask('password', { name: 'Ada', password: first });
  await ada.ask('password.change', { current: wrong, next: second });
  await ada.ask('password.change', { current: first, next: weak });
  await ada.ask('password.change', { current: first, next: 5 });
  await ada.ask('password.change', { current: first, next: second, key: randomUUID() });
  await waitFor(() => other.link.end);
  const passwords = server.get(Passwords);
  const { id } = await server.users.create({ name: 'Cyd' });
  const failure: unknown = await passwords.set(id, String(weak)).catch((error: unknown) => error);
  heard.push(inspect(failure));
  await passwords.import(id, { plaintext: String(imported) });
  await passwords.import(id, { hash: String(imported) });
  const temporary = await passwords.setTemporary(id);
  await ask('password', { name: 'Cyd', password: temporary });
  heard.push(...wires.map((wire) => wire.heard), inspect(wires.map(({ link }) => link.end)));
  return temporary;
}

async function contentOf({ server }: StartedServer): Promise<string[]> {
  const lines: string[] = [];
  for (const token of STORES) {
    for await (const record of server.get(token).export()) lines.push(JSON.stringify(record));
  }
  return lines;
}
