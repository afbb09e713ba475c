import { randomUUID } from 'node:crypto';
import { VoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import { Type } from 'typebox';
import { HealthCheck, type Plugin } from '../../src/index.js';
import { openDoor, type OpenDoor } from './open-door.js';
import { Refused } from './test-peer.js';

/** A plugin whose method asks a store of its own, which fails as the test wants it. */
function notes(failures: Error[]): Plugin & { calls: number } {
  const plugin = {
    name: 'notes',
    version: '1.0.0',
    calls: 0,
    setup(ctx: Parameters<Plugin['setup']>[0]) {
      const schema = { params: Type.Object({}), result: Type.Object({}), mutates: true };
      ctx.method('note.add', schema, async () => {
        plugin.calls += 1;
        const failure = failures.shift();
        if (failure) throw failure;
        return {};
      });
    },
  };
  return plugin;
}

describe('A plugin method whose store fails', () => {
  let door: OpenDoor;
  afterEach(() => door.server.stop());

  const refusedBy = async (work: Promise<unknown>): Promise<Refused['body']> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof Refused) return error.body;
      throw error;
    }
    throw new Error('it was not refused');
  };

  for (const [code, answer] of [
    ['ERR_STORE_UNAVAILABLE', { code: 'UNAVAILABLE', retryable: true, retryAfterMs: 1000 }],
    ['ERR_STORE_CONFLICT', { code: 'ALREADY_EXISTS', retryable: false }],
    ['ERR_STORE_VERSION', { code: 'VERSION_CONFLICT', retryable: false }],
    ['ERR_STORE_REFERENCE', { code: 'NOT_FOUND', retryable: false }],
  ] as const) {
    it(`with ${code} answers ${answer.code}, as a command of core does`, async () => {
      door = await openDoor([notes([new VoiceError(code, 'of the store: a secret name')])]);
      const peer = await door.enter('Ann');
      const body = await refusedBy(peer.ask('note.add', {}));
      expect(body.data).to.deep.equal(answer);
      expect(body.message).to.not.include('secret');
    });
  }

  it('is carried out when it is asked again with its key and the store is back', async () => {
    const plugin = notes([new VoiceError('ERR_STORE_UNAVAILABLE', 'gone')]);
    door = await openDoor([plugin]);
    const peer = await door.enter('Ann');
    const key = randomUUID();
    await refusedBy(peer.ask('note.add', { key }));
    for (let times = 0; times < 2; times += 1) await peer.ask('note.add', { key });
    expect(plugin.calls).to.equal(2);
  });

  it('is no failure of the server, unlike what is none of a store', async () => {
    door = await openDoor([
      notes([new VoiceError('ERR_STORE_UNAVAILABLE', 'gone'), new Error('broken')]),
    ]);
    const peer = await door.enter('Ann');
    await refusedBy(peer.ask('note.add', {}));
    expect(door.log.messages('error')).to.deep.equal([]);
    expect((await refusedBy(peer.ask('note.add', {}))).data?.code).to.equal('INTERNAL_ERROR');
  });

  it('leaves the gate of the stores, which the server says the health of', async () => {
    const seen: string[] = [];
    let checks: readonly HealthCheck[] = [];
    const page: Plugin = {
      name: 'page',
      version: '1.0.0',
      setup: (ctx) => ctx.onReady(() => void (checks = ctx.getAll(HealthCheck))),
    };
    door = await openDoor([page]);
    for (const check of checks) seen.push(`${check.name} ${(await check.check()).ok}`);
    expect(seen).to.deep.equal(['stores true']);
  });
});
