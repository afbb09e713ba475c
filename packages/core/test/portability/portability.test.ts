import { randomUUID } from 'node:crypto';
import { createRecordingLogger } from '@sidetone/testkit';
import { VoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  createMemoryStores,
  exportAll,
  importAll,
  portableStores,
  type StoreSet,
} from '../../src/index.js';
import { fill, randomContent } from './random-content.js';

const memory = (): StoreSet => createMemoryStores({ log: createRecordingLogger() });

async function textOf(stores: StoreSet): Promise<string> {
  const lines: string[] = [];
  for await (const line of exportAll(stores)) lines.push(line);
  return lines.join('');
}

async function* pieces(text: string, size = text.length): AsyncIterable<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A small export, one line each. */
async function sample(): Promise<readonly string[]> {
  const stores = memory();
  const userId = randomUUID();
  const organizationId = randomUUID();
  await stores.accounts.put({
    id: userId,
    name: 'ada',
    displayName: 'Ada',
    disabled: false,
    administrator: true,
    createdAt: 1,
    version: 0,
  });
  const hash = '$argon2id$canary';
  const credential = { userId, kind: 'password', hash, mustChange: false, changedAt: 1 };
  await stores.credentials.put({ ...credential, version: 0 });
  await stores.organizations.put({
    id: organizationId,
    name: 'Main',
    admission: 'open',
    participantLimit: null,
    channelLimit: null,
    version: 0,
  });
  const member = { organizationId, userId, displayName: null, joinedAt: 1, version: 0 };
  await stores.members.put(member);
  return (await textOf(stores)).trimEnd().split('\n');
}

async function importOf(
  lines: readonly string[],
  stores: StoreSet = memory(),
): Promise<VoiceError | number> {
  try {
    return await importAll(stores, pieces(`${lines.join('\n')}\n`));
  } catch (error) {
    if (error instanceof VoiceError) return error;
    throw error;
  }
}

describe('An export of everything', () => {
  it('imported into empty stores makes the same export, in pieces of whatever size', async () => {
    await fc.assert(
      fc.asyncProperty(randomContent, fc.integer({ min: 1, max: 500 }), async (content, size) => {
        const [from, to] = [memory(), memory()];
        await fill(from, content);
        const text = await textOf(from);
        const records = await importAll(to, pieces(text, size));
        expect(records).to.equal(text.split('\n').length - 3);
        expect(await textOf(to)).to.equal(text);
        for (const { id } of await from.organizations.load()) {
          expect(await to.channels.load(id)).to.deep.equal(await from.channels.load(id));
          expect(await to.auditLog.list(id, 100)).to.deep.equal(await from.auditLog.list(id, 100));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('imported twice is imported once', async () => {
    const lines = await sample();
    const stores = memory();
    expect(await importOf(lines, stores)).to.equal(4);
    expect(await importOf(lines, stores)).to.equal(4);
    expect((await textOf(stores)).trimEnd().split('\n')).to.deep.equal(lines);
  });

  it('has a header and its number of records, also with nothing in it', async () => {
    const text = await textOf(memory());
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).to.deep.equal([
      { format: 'sidetone-export', version: 1 },
      { kind: 'end', record: { records: 0 } },
    ]);
    expect(await importAll(memory(), pieces(text))).to.equal(0);
  });

  it('waits for the audit log', async () => {
    const stores = memory();
    const asked: string[] = [];
    const auditLog = new Proxy(stores.auditLog, {
      get(target, name) {
        asked.push(String(name));
        const method = Reflect.get(target, name) as () => unknown;
        return method.bind(target);
      },
    });
    await textOf({ ...stores, auditLog });
    expect(asked).to.deep.equal(['flush', 'export']);
  });

  it('leaves nothing out that a store can export', () => {
    const stores = memory();
    const names = Object.entries(stores).flatMap(([name, store]) =>
      'export' in (store as object) ? [name] : [],
    );
    expect([...portableStores].sort()).to.deep.equal(names.sort());
  });
});

describe('An import', () => {
  const broken: Readonly<
    Record<string, [(lines: readonly string[]) => readonly string[], number, RegExp]>
  > = {
    'is none of Sidetone': [(lines) => lines.slice(1), 1, /no export of Sidetone/],
    'has a later format': [
      ([header = '', ...rest]) => [header.replace('"version":1', '"version":2'), ...rest],
      1,
      /format version 2; this reads 1/,
    ],
    'is nothing': [() => [], 1, /no JSON/],
    'has a line that is no JSON': [(lines) => lines.with(2, '{"kind": '), 3, /no JSON object/],
    'has an empty line': [(lines) => lines.toSpliced(2, 0, ''), 3, /no JSON object/],
    'has a line that is no record': [(lines) => lines.with(2, '{"kind":7}'), 3, /no kind/],
    'has a kind that nobody knows': [
      (lines) => lines.with(3, '{"kind":"spell","record":{}}'),
      4,
      /no store knows "spell"/,
    ],
    'has a record of another shape': [
      (lines) => lines.map((line) => line.replace('"mustChange":false', '"mustChange":0')),
      3,
      /"credential" has another shape: "\/mustChange"/,
    ],
    'has a record that refers to one that is not there': [
      (lines) => lines.toSpliced(3, 1),
      4,
      /"members" names a record of "organizations" that is not there/,
    ],
    'has two records with one name': [
      (lines) => lines.toSpliced(2, 0, (lines[1] ?? '').replace(/"id":"./, '"id":"f')),
      3,
      /has this name already/,
    ],
    'ends in the middle': [(lines) => lines.slice(0, -2), 4, /ends in the middle/],
    'has lost a line': [(lines) => lines.toSpliced(4, 1), 5, /3 records came where .* had 4/],
    'goes on after its end': [(lines) => [...lines, '{}'], 7, /follows the end/],
    'has a line without end': [
      (lines) => lines.with(4, `{"kind":"${'x'.repeat(1024 * 1024)}`),
      5,
      /longer than 1048576 characters/,
    ],
  };

  for (const [name, [spoil, line, message]] of Object.entries(broken)) {
    it(`that ${name} is refused with the line`, async () => {
      const lines = await sample();
      const error = await importOf(spoil(lines));
      expect(error).to.include({ code: 'ERR_STORE_IMPORT' });
      const { message: said, details } = error as VoiceError;
      expect(details).to.include({ line });
      expect(said).to.match(message);
      expect(said).to.match(new RegExp(`^line ${line}: `));
      expect(said).to.not.include('canary');
    });
  }

  it('stops where a line is too long, before all of it has come', async () => {
    let sent = 0;
    async function* endless(): AsyncIterable<string> {
      for (;;) {
        sent += 1;
        yield 'x'.repeat(64 * 1024);
      }
    }
    const error = await importAll(memory(), endless()).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'ERR_STORE_IMPORT' });
    expect(sent).to.be.at.most(17);
  });

  it('says as it is that a store cannot be reached', async () => {
    const stores = memory();
    stores.accounts.import = () =>
      Promise.reject(new VoiceError('ERR_STORE_UNAVAILABLE', 'the database is away'));
    expect(await importOf(await sample(), stores)).to.include({ code: 'ERR_STORE_UNAVAILABLE' });
  });

  it('does not go round in circles with a store that reads nothing', async () => {
    const stores = memory();
    stores.accounts.import = () => Promise.resolve();
    expect(await importOf(await sample(), stores)).to.have.nested.property('details.line', 2);
  });
});
