import { expect } from 'chai';
import { WireError } from '@sidetone/protocol';
import { createFakeClock, createRecordingLogger } from '@sidetone/testkit';
import { HashService, type HashProcessLike } from '../../src/hashing/hash-service.js';

class FakeProcess implements HashProcessLike {
  readonly ended: Promise<string>;
  die: (reason: string) => void = () => {};
  closed = 0;
  readonly #problem: string | null;

  constructor(problem: string | null = null) {
    this.#problem = problem;
    this.ended = new Promise((resolve) => (this.die = resolve));
  }

  async ready(): Promise<void> {
    if (this.#problem !== null) throw new Error(this.#problem);
  }

  async run(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {
    this.closed++;
    this.die('it was told to');
  }
}

const job = { kind: 'verify', password: '', hash: '' } as const;

function createBench(problems: (string | null)[] = []) {
  const clock = createFakeClock();
  const log = createRecordingLogger();
  const processes: FakeProcess[] = [];
  const launch = (): FakeProcess => {
    const made = new FakeProcess(problems[processes.length] ?? null);
    processes.push(made);
    return made;
  };
  return { clock, log, processes, service: new HashService({ clock, log, launch }) };
}

describe('the service that hashes', () => {
  it('starts another process when one dies, and answers UNAVAILABLE in between', async () => {
    const { clock, log, processes, service } = createBench();
    await service.start();
    processes[0]?.die('it was shot');
    await clock.settle();
    const failure: unknown = await service.run(job).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(WireError).and.have.property('code', 'UNAVAILABLE');
    expect(failure).to.have.property('retryAfterMs', 1000);
    await clock.advanceAsync(100);
    expect(await service.run(job)).to.equal(true);
    expect(log.messages('error')).to.have.lengthOf(1);
    await service.close();
    expect(processes).to.have.lengthOf(2);
  });

  it('waits longer each time, and tries for ever', async () => {
    const { clock, processes, service } = createBench([null, 'x', 'x', 'x', null]);
    await service.start();
    processes[0]?.die('gone');
    await clock.settle();
    const seen: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const before = processes.length;
      let waitedMs = 0;
      while (processes.length === before && waitedMs < 20_000) {
        await clock.advanceAsync(100);
        waitedMs += 100;
      }
      seen.push(waitedMs);
    }
    expect(seen).to.deep.equal([100, 200, 400, 800]);
    expect(await service.run(job)).to.equal(true);
    await service.close();
  });

  it('fails to start where a process cannot hash, and leaves none', async () => {
    const { processes, service } = createBench(['no such binary']);
    const failure = await service.start().catch((error: unknown) => error);
    expect(failure).to.have.property('code', 'ERR_PASSWORD_HASHER');
    expect(String(failure)).to.include('no such binary');
    expect(processes[0]?.closed).to.equal(1);
  });

  it('takes the end of its process for what it is when it is closed', async () => {
    const { clock, log, processes, service } = createBench();
    await service.start();
    await service.close();
    await clock.advanceAsync(60_000);
    expect(processes).to.have.lengthOf(1);
    expect(log.lines).to.deep.equal([]);
  });

  it('starts none after it was closed, twice if need be', async () => {
    const { clock, processes, service } = createBench();
    await service.start();
    processes[0]?.die('gone');
    await clock.settle();
    await service.close();
    await service.close();
    await clock.advanceAsync(60_000);
    expect(processes).to.have.lengthOf(1);
    expect(clock.pending).to.equal(0);
  });
});
