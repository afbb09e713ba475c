// People who write without a pause, in one process, and who say when a server has work of theirs.
import { opus } from '@sidetone/plugin-opus';
import { answerCalls } from './child-program.js';
import { lasting } from './lasting.js';
import { SteadyWriter } from './steady-writer.js';
import type { WrittenChannel } from './writing-line.js';

export interface WritersReport {
  readonly channels: readonly WrittenChannel[];
  readonly acknowledged: number;
  readonly interrupted: number;
  readonly orphaned: number;
  readonly failures: readonly string[];
  /** Sessions that each has had. */
  readonly sessions: readonly number[];
}

const writers: SteadyWriter[] = [];

const sum = (of: (writer: SteadyWriter) => number): number =>
  writers.reduce((total, writer) => total + of(writer), 0);

const underWay = (): number => sum(({ pending }) => pending);

const calls = {
  async start(what: {
    readonly url: string;
    readonly count: number;
    /** Writes of each that are under way at the same time. */
    readonly lines: number;
    readonly writesPerSecond: number;
  }): Promise<void> {
    const codec = opus();
    const { url, count, lines, writesPerSecond } = what;
    const periodMs = (1000 * count * lines) / writesPerSecond;
    for (let index = 1; index <= count; index += 1) {
      const name = `Writer ${index}`;
      writers.push(new SteadyWriter({ url, name, lines, periodMs, codec }));
    }
    await Promise.all(writers.map((writer) => writer.start()));
  },
  /**
   * Kills the process `delayMs` after somebody has asked it for something, while an answer is
   * awaited. Resolves with the number of those that are.
   */
  async killWhenBusy(what: { readonly pid: number; readonly delayMs: number }): Promise<number> {
    for (;;) {
      await new Promise(setImmediate);
      if (underWay() === 0) continue;
      if (what.delayMs > 0) await lasting(what.delayMs);
      const pending = underWay();
      if (pending === 0) continue;
      process.kill(what.pid, 'SIGKILL');
      for (const writer of writers) writer.strike();
      return pending;
    }
  },
  report: (): WritersReport => ({
    channels: writers.flatMap(({ channels }) => channels),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    interrupted: sum(({ interrupted }) => interrupted),
    orphaned: sum(({ orphaned }) => orphaned),
    failures: writers.flatMap(({ failures }) => failures),
    sessions: writers.map(({ sessions }) => sessions.length),
  }),
  /** Writes that were acknowledged, and failures; quicker than the whole report. */
  progress: (): { readonly acknowledged: number; readonly failures: number } => ({
    acknowledged: sum(({ acknowledged }) => acknowledged),
    failures: sum(({ failures }) => failures.length),
  }),
  connected: (): boolean => writers.every(({ connected }) => connected),
  /** Until the last write is acknowledged. */
  async stop(): Promise<void> {
    await Promise.all(writers.map((writer) => writer.stop()));
  },
  async close(): Promise<void> {
    await Promise.all(writers.map((writer) => writer.close()));
  },
};

export type WritersCalls = typeof calls;

answerCalls(calls);
