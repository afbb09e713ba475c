import { VoiceError, WireError } from '@sidetone/protocol';
import { createFakeClock, createRecordingLogger } from '@sidetone/testkit';
import { expect } from 'chai';
import { AnswerArchive, type AnswersOfSession } from '../../src/command/answer-archive.js';
import { ResponseLedger } from '../../src/command/response-ledger.js';
import { MemoryIdempotencyStore, MemoryMetrics } from '../../src/index.js';
import { thrownBy } from '../double/thrown.js';

describe('Answers beyond the process', () => {
  const request = { key: 'k', method: 'channel.create', params: { name: 'Ops' } };

  function createArchive(store = new MemoryIdempotencyStore()) {
    const clock = createFakeClock();
    const log = createRecordingLogger();
    const metrics = new MemoryMetrics();
    const archive = new AnswerArchive({ store, clock, log, metrics });
    const ledger = (answers: AnswersOfSession): ResponseLedger =>
      new ResponseLedger(clock, answers);
    return { store, clock, log, metrics, archive, ledger };
  }

  const run = (): Promise<unknown> => Promise.resolve({ made: 1 });
  const never = (): Promise<unknown> => Promise.reject(new Error('it ran again'));

  it('are given by the next process to the session that comes back, and the change is not made again', async () => {
    const { archive, ledger } = createArchive();
    await ledger(archive.of('s', false)).answer(request, run, { lasting: true });
    const after = ledger(archive.of('s', true));
    expect(await after.answer(request, never, { lasting: true })).to.deep.equal({ made: 1 });
    expect(await after.answer(request, never, { lasting: true })).to.deep.equal({ made: 1 });
  });

  it('are those to the same request: another one with the key is refused, and the right one not after it', async () => {
    const { archive, ledger } = createArchive();
    await ledger(archive.of('s', false)).answer(request, run, { lasting: true });
    const after = ledger(archive.of('s', true));
    const other = { ...request, params: { name: 'Other' } };
    const refusal = await thrownBy(() => after.answer(other, never, { lasting: true }));
    expect(refusal).to.include({ code: 'INVALID_PARAMS' });
    expect(await after.answer(request, never, { lasting: true })).to.deep.equal({ made: 1 });
  });

  it('are kept before they are given', async () => {
    const { store, archive, ledger } = createArchive();
    let keep = (): void => {};
    const put = store.put.bind(store);
    store.put = async (record) => {
      await new Promise<void>((resolve) => (keep = resolve));
      await put(record);
    };
    let answered = false;
    const answer = ledger(archive.of('s', false)).answer(request, run, { lasting: true });
    void answer.then(() => (answered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).to.equal(false);
    keep();
    expect(await answer).to.deep.equal({ made: 1 });
    expect(await store.get('s', 'k')).to.include({ answer: '{"made":1}' });
  });

  it('are given all the same where the store is gone, counted each and logged once an outage', async () => {
    const { store, archive, ledger, log, metrics } = createArchive();
    const put = store.put.bind(store);
    const answers = ledger(archive.of('s', false));
    const ask = (key: string): Promise<unknown> =>
      answers.answer({ ...request, key }, run, { lasting: true });
    store.put = () => Promise.reject(new VoiceError('ERR_STORE_UNAVAILABLE', 'gone'));
    for (const key of ['a', 'b']) expect(await ask(key)).to.deep.equal({ made: 1 });
    store.put = put;
    await ask('c');
    store.put = () => Promise.reject(new VoiceError('ERR_STORE_UNAVAILABLE', 'gone'));
    await ask('d');
    expect(metrics.snapshot()).to.deep.equal({ 'answers.lost.store': 3 });
    expect(log.messages('warn')).to.have.lengthOf(2);
  });

  it('cannot be made up for: a session that comes back is told to ask again while nobody knows', async () => {
    const { store, archive, ledger } = createArchive();
    await ledger(archive.of('s', false)).answer(request, run, { lasting: true });
    const get = store.get.bind(store);
    store.get = () => Promise.reject(new WireError('UNAVAILABLE', 'gone'));
    const after = ledger(archive.of('s', true));
    const refusal = await thrownBy(() => after.answer(request, never, { lasting: true }));
    expect(refusal).to.include({ code: 'UNAVAILABLE' });
    store.get = get;
    expect(await after.answer(request, never, { lasting: true })).to.deep.equal({ made: 1 });
  });

  it('are for what lasts, have no secrets, and end after five minutes', async () => {
    const { store, clock, archive, ledger } = createArchive();
    const answers = ledger(archive.of('s', false));
    await answers.answer({ ...request, key: 'state' }, run);
    await answers.answer({ ...request, key: 'secret' }, run, { lasting: true, again: run });
    for (const key of ['state', 'secret']) expect(await store.get('s', key)).to.equal(null);
    await answers.answer(request, run, { lasting: true });
    const after = ledger(archive.of('s', true));
    clock.advance(300_000);
    expect(await after.answer(request, () => Promise.resolve('anew'), { lasting: true })).to.equal(
      'anew',
    );
  });

  it('are not looked for in a session that began in this process, nor among another’s', async () => {
    const { store, archive, ledger } = createArchive();
    let asked = 0;
    const get = store.get.bind(store);
    store.get = (...given) => {
      asked += 1;
      return get(...given);
    };
    await ledger(archive.of('s', false)).answer(request, run, { lasting: true });
    expect(asked).to.equal(0);
    await ledger(archive.of('t', true)).answer(request, run, { lasting: true });
    expect(asked).to.equal(1);
  });

  it('keep a restored session’s requests in their order', async () => {
    const { archive, ledger } = createArchive();
    const order: string[] = [];
    let tail: Promise<unknown> = Promise.resolve();
    const turn = <T>(task: () => Promise<T>): Promise<T> => {
      const result = tail.then(task);
      tail = result;
      return result;
    };
    const answers = ledger(archive.of('s', true));
    const note = (name: string) => async (): Promise<unknown> => order.push(name);
    await Promise.all([
      answers.answer({ ...request, key: 'a' }, note('a'), { lasting: true, turn }),
      answers.answer({ ...request, key: 'b' }, note('b'), { turn }),
    ]);
    expect(order).to.deep.equal(['a', 'b']);
  });
});
