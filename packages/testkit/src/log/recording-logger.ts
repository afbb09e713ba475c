import type { LogFields, Logger } from '@sidetone/core';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  /** Those of the call and of the loggers it came through. */
  readonly fields: LogFields;
}

/** A logger that prints nothing and remembers, so that a test may ask what was logged. */
export interface RecordingLogger extends Logger {
  /** Oldest first, of this logger and all its children; the newest 10,000. */
  readonly lines: readonly LogLine[];
  /** Messages of one level, oldest first. */
  messages(level: LogLevel): readonly string[];
}

const MAX_LINES = 10_000;

export function createRecordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  return {
    ...logger(lines, {}),
    get lines() {
      return [...lines];
    },
    messages: (level) => lines.filter((line) => line.level === level).map((line) => line.message),
  };
}

function logger(lines: LogLine[], inherited: LogFields): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields: { ...inherited, ...fields } });
      if (lines.length > MAX_LINES) lines.shift();
    };
  return {
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: (fields) => logger(lines, { ...inherited, ...fields }),
  };
}
