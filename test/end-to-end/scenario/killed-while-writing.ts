import { waitFor } from '@sidetone/testkit';
import { createStorage, type SqlBackendName } from '../../support/sql-backend.js';
import type { KeptOrganization } from '../support/administration-calls.js';
import { ChildProgram } from '../support/child-program.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import { lasting } from '../support/lasting.js';
import type { WritersCalls, WritersReport } from '../support/writers-program.js';

const WRITERS = 8;
/** Of each: where the server lags, 32 writes are under way. */
const LINES = 4;
/** Offered: a quarter more than is promised, so that the pauses of a busy machine are made up for. */
const WRITES_PER_SECOND = 250;
const PATIENCE_MS = 30_000;
const POLL_MS = 10;
/** Of writes between two kills. */
const LEAST_WRITES = 200;
/** From a request to the kill: before its transaction, inside it, behind it. */
const DELAYS_MS = [0, 1, 2, 4, 8];

export interface KilledWhileWriting {
  /** Kills that struck while a write was under way, and those that came too late. */
  readonly rounds: number;
  readonly misses: number;
  readonly acknowledged: number;
  /** Writes under way at each kill. */
  readonly underWay: readonly number[];
  /** Acknowledged writes a second, kills and starts aside. */
  readonly writesPerSecond: number;
  readonly interrupted: number;
  /** Writes whose session was lost, too. */
  readonly orphaned: number;
  /** Found in the database after a kill though nobody had been told. */
  readonly swallowed: number;
  /** Acknowledged and not there, or not as acknowledged. */
  readonly lost: readonly string[];
  /** There, and nobody had asked for it; or there twice; or changed twice by one request. */
  readonly doubled: readonly string[];
  readonly failures: readonly string[];
  readonly uncaught: readonly string[];
  /** From the order to start until it listens. */
  readonly startsMs: readonly number[];
}

/** A server is killed again and again while people write. */
export async function killedWhileWriting(
  backend: SqlBackendName,
  rounds: number,
): Promise<KilledWhileWriting> {
  const storage = await createStorage(backend);
  const operation = await ImpairedOperation.start({
    database: storage.location,
    everybodyEdits: true,
    keepLog: true,
  });
  const writers = ChildProgram.start<WritersCalls>('./writers-program.ts');
  try {
    return await new WriteStorm(operation, writers).run(rounds);
  } finally {
    await writers.stop();
    await operation.end();
    await storage.dispose();
  }
}

class WriteStorm {
  readonly #operation: ImpairedOperation;
  readonly #writers: ChildProgram<WritersCalls>;
  readonly #lost: string[] = [];
  readonly #doubled: string[] = [];
  readonly #startsMs: number[] = [];
  readonly #underWay: number[] = [];
  readonly #uncaught: string[] = [];
  #rounds = 0;
  #misses = 0;
  #swallowed = 0;
  #writingMs = 0;
  #written = 0;

  constructor(operation: ImpairedOperation, writers: ChildProgram<WritersCalls>) {
    this.#operation = operation;
    this.#writers = writers;
  }

  async run(rounds: number): Promise<KilledWhileWriting> {
    const { url } = this.#operation;
    const storm = { url, count: WRITERS, lines: LINES, writesPerSecond: WRITES_PER_SECOND };
    await this.#writers.call('start', storm);
    while (this.#rounds < rounds && this.#misses <= rounds) await this.#round();
    await this.#writers.call('stop');
    const report = await this.#writers.call('report');
    await this.#requireExactly(report);
    await this.#writers.call('close');
    const { acknowledged, interrupted, orphaned, failures } = report;
    return {
      rounds: this.#rounds,
      misses: this.#misses,
      acknowledged,
      underWay: this.#underWay,
      writesPerSecond: (1000 * this.#written) / this.#writingMs,
      interrupted,
      orphaned,
      swallowed: this.#swallowed,
      lost: this.#lost,
      doubled: this.#doubled,
      failures,
      uncaught: this.#uncaught,
      startsMs: this.#startsMs,
    };
  }

  async #round(): Promise<void> {
    const { control } = this.#operation;
    const replacement = await this.#operation.prepareReplacement();
    const before = await this.#writers.call('report');
    await this.#writeFor(LEAST_WRITES);

    const { server } = this.#operation;
    this.#uncaught.push(...(await server.call('uncaught')));
    control.block();
    const delayMs = DELAYS_MS[(this.#rounds + this.#misses) % DELAYS_MS.length] ?? 0;
    this.#underWay.push(await this.#writers.call('killWhenBusy', { pid: server.pid, delayMs }));
    await waitFor(async () => !server.running && !(await this.#writers.call('connected')));
    const report = await this.#writers.call('report');
    if (report.interrupted > before.interrupted) this.#rounds += 1;
    else this.#misses += 1;

    const startedAt = performance.now();
    await replacement.call('start');
    this.#startsMs.push(performance.now() - startedAt);
    this.#operation.server = replacement;
    this.#compare(report, await replacement.call('kept', {}));
    control.heal();
    await waitFor(() => this.#writers.call('connected'), {
      timeoutMs: PATIENCE_MS,
      describe: () => 'some writers are not back',
    });
  }

  async #writeFor(count: number): Promise<void> {
    const startedAt = performance.now();
    const before = await this.#writers.call('progress');
    await waitFor(
      async () => {
        const { acknowledged, failures } = await this.#writers.call('progress');
        await lasting(POLL_MS);
        return failures > 0 || acknowledged >= before.acknowledged + count;
      },
      { timeoutMs: PATIENCE_MS, describe: () => 'the server does not acknowledge enough' },
    );
    const { acknowledged } = await this.#writers.call('progress');
    this.#written += acknowledged - before.acknowledged;
    this.#writingMs += performance.now() - startedAt;
  }

  /** What the next server finds, before anybody asks it for anything. */
  #compare({ channels }: WritersReport, kept: KeptOrganization): void {
    const there = new Map(kept.channels.map((channel) => [channel.name, channel]));
    for (const { name, id, acknowledged, asked } of channels) {
      const found = there.get(name);
      const number = Number(found?.topic ?? -1);
      if (id !== null && found?.id !== id) this.#lost.push(`${name}: not there`);
      if (id !== null && number < acknowledged) {
        this.#lost.push(`${name}: ${acknowledged} was acknowledged, ${number} is there`);
      }
      if (number > asked) this.#doubled.push(`${name}: ${number} is there, ${asked} was asked for`);
      if (found && (id === null || number > acknowledged)) this.#swallowed += 1;
    }
  }

  /** Now that all is acknowledged. */
  async #requireExactly({ channels, interrupted }: WritersReport): Promise<void> {
    const kept = await this.#operation.server.call('kept', {});
    const written = kept.channels.filter(({ name }) => name.startsWith('Writer '));
    let surplus = 0;
    for (const { name, id, acknowledged } of channels) {
      const [found, ...others] = written.filter((channel) => channel.name === name);
      if (others.length > 0) this.#doubled.push(`${name}: ${1 + others.length} of them`);
      if (found === undefined || found.id !== id || found.topic !== String(acknowledged)) {
        this.#lost.push(
          `${name}: it ends as ${JSON.stringify(found)}, acknowledged ${acknowledged}`,
        );
      }
      surplus += (found?.version ?? 0) - 1 - acknowledged;
    }
    const strangers = written.length - channels.length;
    if (strangers > 0) this.#doubled.push(`${strangers} channels that nobody knows of`);
    // Killed between a change and the note of its answer, a request is carried out again, to no effect.
    if (surplus > interrupted) this.#doubled.push(`${surplus} changes too many`);
  }
}
