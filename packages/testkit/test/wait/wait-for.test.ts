import { expect } from 'chai';
import { isVoiceError } from '@sidetone/protocol';
import { waitFor } from '../../src/wait/wait-for.js';

const failure = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    if (isVoiceError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

describe('waitFor', () => {
  it('gives back the first truthy value', async () => {
    let asked = 0;
    const value: { at: number } = await waitFor(() => (++asked < 3 ? null : { at: asked }));
    expect(value).to.deep.equal({ at: 3 });
  });

  it('waits for conditions that answer with a promise', async () => {
    let asked = 0;
    expect(await waitFor(() => Promise.resolve(++asked === 2 && 'yes'))).to.equal('yes');
  });

  it('takes an error of the condition for not yet', async () => {
    let asked = 0;
    const answer = await waitFor(() => {
      expect(++asked).to.equal(2);
      return 'settled';
    });
    expect(answer).to.equal('settled');
  });

  it('says what it saw last when it gives up', async () => {
    const error = await failure(waitFor(() => undefined, { timeoutMs: 20 }));
    expect(error).to.include({ code: 'ERR_TESTKIT_WAIT_TIMEOUT' });
    expect(error.message).to.equal('gave up after 20 ms; seen instead: the value "undefined"');
  });

  it('prefers the words of the caller', async () => {
    const error = await failure(
      waitFor(() => false, { timeoutMs: 20, describe: () => '3 of 5 frames' }),
    );
    expect(error.message).to.equal('gave up after 20 ms; seen instead: 3 of 5 frames');
  });

  it('keeps the last error of the condition as the cause', async () => {
    const broken = new Error('no such channel');
    const error = await failure(
      waitFor(
        () => {
          throw broken;
        },
        { timeoutMs: 20 },
      ),
    );
    expect(error.message).to.include('the error "no such channel"');
    expect(error.cause).to.equal(broken);
  });

  it('gives up on a condition whose promise never settles', async () => {
    const error = await failure(waitFor(() => new Promise<boolean>(() => {}), { timeoutMs: 20 }));
    expect(error.message).to.include('never settled');
  });

  it('refuses a time-out that a timer would take for 1 ms', async () => {
    const error = await failure(waitFor(() => true, { timeoutMs: Number.POSITIVE_INFINITY }));
    expect(error).to.include({ code: 'ERR_TESTKIT_OPTION' });
  });
});
