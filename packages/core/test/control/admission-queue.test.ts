import { WireError } from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { AdmissionQueue, type AdmissionKind } from '../../src/control/admission-queue.js';
import { MemoryMetrics } from '../../src/defaults/memory-metrics.js';

const staying = (): AbortSignal => new AbortController().signal;

/** A queue whose turns of the event loop the test makes. */
class Bench {
  readonly clock: FakeClock = createFakeClock();
  readonly metrics = new MemoryMetrics();
  readonly started: string[] = [];
  readonly #turns: (() => void)[] = [];
  readonly #running = new Map<string, () => void>();
  readonly queue = new AdmissionQueue({
    clock: this.clock,
    metrics: this.metrics,
    retryAfterMs: () => 4321,
    nextTurn: (run) => this.#turns.push(run),
  });

  /** Comes, and stays at work until `finish`. */
  come(kind: AdmissionKind, name: string, ended = staying()): Promise<string> {
    return this.queue.admit(
      kind,
      () => {
        this.started.push(name);
        return new Promise((resolve) => this.#running.set(name, () => resolve(name)));
      },
      ended,
    );
  }

  comeMany(kind: AdmissionKind, count: number, prefix: string = kind): Promise<string>[] {
    return Array.from({ length: count }, (_, index) => this.come(kind, `${prefix}${index}`));
  }

  async finish(name: string): Promise<void> {
    this.#running.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The event loop has come round. */
  turn(): void {
    for (const run of this.#turns.splice(0)) run();
  }

  turns(count: number): void {
    for (let turn = 0; turn < count; turn += 1) this.turn();
  }

  get idle(): boolean {
    return this.#turns.length === 0;
  }
}

async function refusalOf(promise: Promise<unknown>): Promise<WireError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error('it was admitted');
}

describe('The queue of those who come in', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  it('lets somebody who comes alone in at once', async () => {
    const come = bench.come('login', 'Ann');
    expect(bench.started).to.deep.equal(['Ann']);
    await bench.finish('Ann');
    expect(await come).to.equal('Ann');
    expect(bench.metrics.snapshot()).to.deep.equal({ 'control.admitted.login': 1 });
  });

  it('begins two in one turn of the event loop, so that voice goes on in between', () => {
    void bench.comeMany('resume', 7);
    const begun = [bench.started.length];
    for (let turn = 0; turn < 4; turn += 1) {
      bench.turn();
      begun.push(bench.started.length);
    }
    expect(begun).to.deep.equal([2, 4, 6, 7, 7]);
    bench.turns(2);
    expect(bench.idle).to.equal(true);
    expect(bench.metrics.snapshot()).to.deep.equal({
      'control.admitted.resume': 2,
      'control.waited.resume': 5,
    });
  });

  it('does not begin more in a turn because others have finished in it', async () => {
    void bench.comeMany('login', 20);
    bench.turns(1);
    expect(bench.started).to.have.lengthOf(4);
    await bench.finish('login0');
    await bench.finish('login1');
    expect(bench.started).to.have.lengthOf(4);
  });

  it('lets who comes back in before who is new', () => {
    void bench.comeMany('login', 6);
    void bench.comeMany('resume', 3);
    bench.turns(4);
    expect(bench.started).to.deep.equal(
      ['login0', 'login1', 'resume0', 'resume1', 'resume2'].concat(
        ['login2', 'login3', 'login4'],
        'login5',
      ),
    );
  });

  it('gives one of two starts to a newcomer after 2.5 s, however many come back', () => {
    void bench.comeMany('resume', 20);
    void bench.comeMany('login', 3);
    bench.turn();
    bench.clock.advance(2499);
    bench.turn();
    expect(bench.started.filter((name) => name.startsWith('login'))).to.deep.equal([]);
    bench.clock.advance(1);
    bench.turns(2);
    expect(bench.started.slice(6)).to.deep.equal(['login0', 'resume6', 'login1', 'resume7']);
  });

  it('runs 128 logins at once, and goes on as they finish', async () => {
    void bench.comeMany('login', 140);
    bench.turns(70);
    expect(bench.started).to.have.lengthOf(128);
    await bench.finish('login3');
    expect(bench.started.at(-1)).to.equal('login128');
    expect(bench.started).to.have.lengthOf(129);
  });

  it('lets resumes past logins that all wait for a slow authenticator', () => {
    void bench.comeMany('login', 140);
    bench.turns(70);
    void bench.come('resume', 'Ann');
    expect(bench.started.at(-1)).to.equal('Ann');
  });

  it('turns away logins when 1,024 wait, and says when to come again', async () => {
    void bench.comeMany('login', 2 + 1024);
    const error = await refusalOf(bench.come('login', 'late'));
    expect(error).to.include({ code: 'SERVER_FULL', retryAfterMs: 4321 });
    void bench.come('resume', 'Ann');
    bench.turn();
    expect(bench.started).to.include('Ann').and.not.include('late');
    expect(bench.metrics.snapshot()).to.include({ 'control.turnedAway.login': 1 });
  });

  it('turns newcomers away when the first in the queue has waited for more than 5 s', async () => {
    void bench.comeMany('login', 129);
    bench.turns(70);
    bench.clock.advance(5000);
    void bench.come('login', 'just in time');
    bench.clock.advance(1);
    expect((await refusalOf(bench.come('login', 'late'))).code).to.equal('SERVER_FULL');
    await bench.finish('login0');
    await bench.finish('login1');
    bench.turn();
    expect(bench.started.at(-1)).to.equal('just in time');
    void bench.come('login', 'after');
    expect(bench.metrics.snapshot()).to.include({ 'control.turnedAway.login': 1 });
  });

  it('turns away who has waited for a login for 6 s, and gives its place to another', async () => {
    void bench.comeMany('login', 128);
    bench.turns(70);
    const resumes = bench.comeMany('resume', 65);
    bench.turns(40);
    const waiting = bench.come('login', 'patient');
    bench.clock.advance(5_999);
    expect(bench.metrics.snapshot()).not.to.have.property('control.turnedAway.login');
    bench.clock.advance(1);
    expect(await refusalOf(waiting)).to.include({ code: 'SERVER_FULL', retryAfterMs: 4321 });
    void bench.come('login', 'next');
    await bench.finish('login0');
    bench.turn();
    expect(bench.started.at(-1)).to.equal('next');
    expect(bench.started).not.to.include('patient');
    await bench.finish('resume0');
    bench.turn();
    expect(bench.started.at(-1), 'resumes wait for as long as they like').to.equal('resume64');
    expect(await resumes[0]).to.equal('resume0');
  });

  it('takes out who has gone before its turn, and gives its place to another', async () => {
    void bench.comeMany('login', 2 + 1023);
    const ended = new AbortController();
    const gone = bench.come('login', 'gone', ended.signal);
    ended.abort();
    expect((await refusalOf(gone)).code).to.equal('REQUEST_TIMEOUT');
    void bench.come('login', 'last');
    expect((await refusalOf(bench.come('login', 'late'))).code).to.equal('SERVER_FULL');
    bench.turns(10);
    expect(bench.started).not.to.include('gone');
    expect(bench.metrics.snapshot()).to.include({ 'control.withdrawn.login': 1 });
  });

  it('does not begin for who has gone already, and leaves alone what has begun', async () => {
    const ended = new AbortController();
    const come = bench.come('login', 'Ann', ended.signal);
    ended.abort();
    await bench.finish('Ann');
    expect(await come).to.equal('Ann');
    expect(bench.metrics.snapshot()).to.deep.equal({ 'control.admitted.login': 1 });
    await refusalOf(bench.come('login', 'Ben', ended.signal));
    expect(bench.started).to.deep.equal(['Ann']);
  });

  it('gives the place of work that fails to the next, whether it throws or rejects', async () => {
    const failed = (work: () => Promise<never>): Promise<unknown> =>
      bench.queue.admit('login', work, staying()).catch((error: unknown) => error);
    const failure = new Error('no');
    const throwing = (): never => {
      throw failure;
    };
    for (let round = 0; round < 20; round += 1) {
      const work = round % 2 === 0 ? throwing : () => Promise.reject(failure);
      const outcome = failed(work);
      bench.turn();
      expect(await outcome).to.equal(failure);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('begins everybody who stays once, and nobody who left before its turn', async () => {
    const steps = fc.oneof(
      fc.record({ do: fc.constant('come' as const), kind: fc.constantFrom('resume', 'login') }),
      fc.record({ do: fc.constantFrom('leave' as const, 'finish' as const), who: fc.nat(60) }),
      fc.record({ do: fc.constant('turn' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 150 }), async (script) => {
        const own = new Bench();
        const people: { ended: AbortController; outcome: Promise<unknown>; left: boolean }[] = [];
        for (const step of script) {
          if (step.do === 'come') {
            const ended = new AbortController();
            const outcome = own
              .come(step.kind, `${people.length}`, ended.signal)
              .catch((error: unknown) => error);
            people.push({ ended, outcome, left: false });
          } else if (step.do === 'turn') own.turn();
          else if (step.do === 'finish') await own.finish(`${step.who}`);
          else {
            const person = people[step.who];
            if (!person) continue;
            person.left ||= !own.started.includes(`${step.who}`);
            person.ended.abort();
          }
        }
        for (let round = 0; round < 200; round += 1) {
          own.turn();
          for (const name of [...own.started]) await own.finish(name);
          if (own.started.length === people.filter(({ left }) => !left).length) break;
        }
        const expected = people.flatMap(({ left }, index) => (left ? [] : [`${index}`]));
        expect([...own.started].sort()).to.deep.equal(expected.sort());
        for (const [index, { outcome, left }] of people.entries()) {
          if (left) expect(await outcome).to.include({ code: 'REQUEST_TIMEOUT' });
          else expect(await outcome).to.equal(`${index}`);
        }
      }),
      { numRuns: 60 },
    );
  });
});
