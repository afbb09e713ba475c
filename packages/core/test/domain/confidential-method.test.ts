import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { Type } from 'typebox';
import {
  IdempotencyStore,
  MemoryIdempotencyStore,
  type AnswerRecord,
  type Plugin,
} from '../../src/index.js';
import { openDoor } from './open-door.js';

/** A plugin whose method takes a secret, and that keeps all that others are told of it. */
function vault(confidential: boolean): Plugin & {
  readonly guarded: unknown[];
  readonly kept: AnswerRecord[];
  readonly calls: unknown[];
} {
  const guarded: unknown[] = [];
  const kept: AnswerRecord[] = [];
  const calls: unknown[] = [];
  return {
    name: 'vault',
    version: '1.0.0',
    provides: [IdempotencyStore],
    guarded,
    kept,
    calls,
    setup(ctx) {
      const store = new MemoryIdempotencyStore();
      const put = store.put.bind(store);
      store.put = (record) => {
        kept.push(record);
        return put(record);
      };
      ctx.provide(IdempotencyStore, () => store);
      ctx.guard('vault.open', ({ params }) => {
        guarded.push(params);
        return { allow: true };
      });
      const params = Type.Object({ secret: Type.String() });
      const schema = { params, result: Type.Object({}), mutates: true, confidential };
      ctx.method('vault.open', schema, (given) => {
        calls.push(given);
        return {};
      });
    },
  };
}

describe('A plugin method', () => {
  for (const confidential of [true, false]) {
    const what: string = confidential
      ? 'that is confidential shows'
      : 'shows, unless it is confidential,';
    it(`${what} its params to ${confidential ? 'its handler alone' : 'guards and keeps a fingerprint'}`, async () => {
      const plugin = vault(confidential);
      const door = await openDoor([plugin]);
      const ann = await door.enter('Ann');
      const params = { secret: 'hunter2', key: randomUUID() };
      await ann.ask('vault.open', params);
      await ann.ask('vault.open', params);
      await door.server.stop();
      expect(plugin.calls).to.deep.equal([{ secret: 'hunter2' }]);
      expect(plugin.guarded).to.deep.equal([confidential ? {} : { secret: 'hunter2' }]);
      expect(plugin.kept).to.have.lengthOf(confidential ? 0 : 1);
    });
  }
});
