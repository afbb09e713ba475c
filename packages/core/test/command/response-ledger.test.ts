import { WireError } from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { ResponseLedger } from '../../src/command/response-ledger.js';

const FIVE_MINUTES = 300_000;

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was answered');
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('The ledger of answers', () => {
  let clock: FakeClock;
  let ledger: ResponseLedger;
  let runs: number;

  beforeEach(() => {
    clock = createFakeClock();
    ledger = new ResponseLedger(clock);
    runs = 0;
  });

  const ask = (key: string, params: unknown = {}, method = 'channel.create'): Promise<unknown> =>
    ledger.answer({ key, method, params }, () => Promise.resolve({ run: (runs += 1) }));

  const refuse = (key: string, error: Error): Promise<unknown> =>
    ledger.answer({ key, method: 'channel.create', params: {} }, () => {
      runs += 1;
      return Promise.reject(error);
    });

  it('gives a repeat the first answer, and runs nothing', async () => {
    expect([await ask('a'), await ask('a'), await ask('b')]).to.deep.equal([
      { run: 1 },
      { run: 1 },
      { run: 2 },
    ]);
  });

  it('lets a repeat wait for the first while that runs', async () => {
    let finish = (_result: unknown): void => {};
    const first = ledger.answer({ key: 'a', method: 'm', params: {} }, () => {
      runs += 1;
      return new Promise((resolve) => (finish = resolve));
    });
    const answers: unknown[] = [];
    const repeats = [1, 2].map(() =>
      ledger
        .answer({ key: 'a', method: 'm', params: {} }, () => Promise.reject(new Error('ran twice')))
        .then((answer) => answers.push(answer)),
    );
    await turn();
    expect(answers).to.deep.equal([]);
    finish({ done: true });
    await Promise.all([first, ...repeats]);
    expect([runs, ...answers]).to.deep.equal([1, { done: true }, { done: true }]);
  });

  it('refuses a key that was used for another method or other params', async () => {
    await ask('a', { name: 'x', flags: { deep: [1, 2] } });
    for (const [params, method] of [
      [{ name: 'y', flags: { deep: [1, 2] } }, 'channel.create'],
      [{ name: 'x', flags: { deep: [2, 1] } }, 'channel.create'],
      [{ name: 'x', flags: { deep: [1, 2] } }, 'channel.update'],
    ] as const) {
      const error = await errorOf(ask('a', params, method));
      expect(error).to.deep.include({ code: 'INVALID_PARAMS', details: { path: '/key' } });
    }
    expect(runs).to.equal(1);
    expect(await ask('a', { flags: { deep: [1, 2] }, name: 'x' })).to.deep.equal({ run: 1 });
  });

  it('keeps a refusal that would be the same again', async () => {
    const refusal = new WireError('ACCESS_DENIED', 'no');
    expect(await errorOf(refuse('a', refusal))).to.equal(refusal);
    expect(await errorOf(ask('a'))).to.equal(refusal);
    expect(runs).to.equal(1);
  });

  it('does not keep what may succeed later, or a failure of the server', async () => {
    for (const error of [new WireError('RATE_LIMITED', 'slow'), new Error('store')]) {
      expect(await errorOf(refuse('a', error))).to.equal(error);
      expect(ledger.size).to.equal(0);
    }
    expect(await ask('a')).to.deep.equal({ run: 3 });
  });

  it('answers a repeat that waited for a failure with it', async () => {
    const error = new WireError('RATE_LIMITED', 'slow');
    const both = [refuse('a', error), refuse('a', error)].map(errorOf);
    expect(await Promise.all(both)).to.deep.equal([error, error]);
    expect(runs).to.equal(1);
  });

  it('keeps nothing of a result with secrets, and makes the answer to a repeat afresh', async () => {
    const request = { key: 'a', method: 'channel.join', params: {} };
    const run = (): Promise<unknown> => Promise.resolve({ keys: (runs += 1) });
    let fresh = 0;
    const again = (): Promise<unknown> => Promise.resolve({ fresh: (fresh += 1) });
    expect(await ledger.answer(request, run, { again })).to.deep.equal({ keys: 1 });
    expect(await ledger.answer(request, run, { again })).to.deep.equal({ fresh: 1 });
    expect(await ledger.answer(request, run, { again })).to.deep.equal({ fresh: 2 });
    expect(await ledger.answer(request, run)).to.equal(null);
    expect(runs).to.equal(1);
  });

  it('answers with what was said, not with what became of the object', async () => {
    const result = { members: ['Ann'] };
    const said = (): Promise<unknown> =>
      ledger.answer({ key: 'a', method: 'm', params: {} }, () => Promise.resolve(result));
    await said();
    result.members.push('Ben');
    expect(await said()).to.deep.equal({ members: ['Ann'] });
  });

  it('tells a result that is no JSON as the failure it is, and forgets it', async () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const request = { key: 'a', method: 'm', params: {} };
    const error = await errorOf(ledger.answer(request, () => Promise.resolve(circle)));
    expect(error).to.be.instanceOf(TypeError);
    expect(ledger.size).to.equal(0);
  });

  it('forgets an answer 5 minutes after the question', async () => {
    await ask('a');
    clock.advance(FIVE_MINUTES - 1);
    expect(await ask('a')).to.deep.equal({ run: 1 });
    clock.advance(1);
    expect(await ask('a')).to.deep.equal({ run: 2 });
  });

  it('never forgets what is under way', async () => {
    let finish = (_result: unknown): void => {};
    const slow = { key: 'slow', method: 'm', params: {} };
    const first = ledger.answer(slow, () => new Promise((resolve) => (finish = resolve)));
    clock.advance(FIVE_MINUTES);
    for (let index = 0; index < 300; index += 1) await ask(`${index}`);
    expect(ledger.size).to.equal(256);
    void ledger.answer({ ...slow, key: 'other' }, () => new Promise(() => {}));
    expect(ledger.size).to.equal(256);
    const repeat = ledger.answer(slow, () => Promise.reject(new Error('ran twice')));
    finish('done');
    expect(await Promise.all([first, repeat])).to.deep.equal(['done', 'done']);
    expect(ledger.size).to.equal(256);
  });

  it('keeps 256 KiB of answers, and the newest in any case', async () => {
    const long = (key: string, characters: number): Promise<unknown> =>
      ledger.answer({ key, method: 'm', params: {} }, () => {
        runs += 1;
        return Promise.resolve('x'.repeat(characters - 2));
      });
    await ask('small');
    for (let index = 0; index < 8; index += 1) await long(`${index}`, 32 * 1024);
    expect(ledger.size).to.equal(8);
    await long('huge', 1024 * 1024);
    expect(ledger.size).to.equal(1);
    const before = runs;
    await long('huge', 1024 * 1024);
    expect(runs).to.equal(before);
    await ask('after');
    expect(ledger.size).to.equal(1);
  });

  it('does as a list of the newest 256 questions of the last 5 minutes would', async () => {
    interface Kept {
      readonly key: string;
      readonly params: number;
      readonly atMs: number;
      readonly answer: string;
    }
    const step = fc.record({
      key: fc.nat(400).map(String),
      params: fc.nat(1),
      outcome: fc.constantFrom('ok', 'ok', 'ok', 'ACCESS_DENIED', 'RATE_LIMITED' as const),
      afterMs: fc.constantFrom(0, 0, 10, 2000, 60_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 900, size: 'max' }), async (script) => {
        const time = createFakeClock();
        const real = new ResponseLedger(time);
        let model: Kept[] = [];
        for (const [index, { key, params, outcome, afterMs }] of script.entries()) {
          time.advance(afterMs);
          const run = (): Promise<unknown> =>
            outcome === 'ok'
              ? Promise.resolve(`ok ${index}`)
              : Promise.reject(new WireError(outcome as 'ACCESS_DENIED', `${index}`));
          const told = await real
            .answer({ key, method: 'm', params }, run)
            .catch((error: unknown) => `${(error as WireError).code} ${(error as Error).message}`);

          model = model.filter(({ atMs }) => time.now() - atMs < FIVE_MINUTES);
          const known = model.find((kept) => kept.key === key);
          if (known && known.params !== params) {
            expect(told).to.include('INVALID_PARAMS');
          } else if (known) {
            expect(told).to.equal(known.answer);
          } else {
            expect(told).to.equal(`${outcome} ${index}`);
            if (model.length === 256) model.shift();
            const kept = { key, params, atMs: time.now(), answer: told as string };
            if (outcome !== 'RATE_LIMITED') model.push(kept);
          }
          expect(real.size).to.equal(model.length);
        }
      }),
      { numRuns: 20 },
    );
  });
});
