import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import type { LogFields, Logger } from '../contracts/logger.js';
import { coreError } from '../error/error-codes.js';
import { describeError } from './describe-error.js';

/** From nothing to everything. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface PinoLoggerOptions {
  /** The least that is written. Default `info`. */
  readonly level?: LogLevel;
  /** Default: standard error, so that what a program prints stays clean in a pipe. */
  readonly destination?: DestinationStream;
}

/** Writes one JSON object a line. An `error` field becomes its name, code, message, stack and cause. Throws `ERR_OPTIONS_INVALID`. */
export function pinoLogger(options: PinoLoggerOptions = {}): Logger {
  const level = options.level ?? 'info';
  if (!logLevels.includes(level)) {
    const message = `"${level}" is no log level: choose one of ${logLevels.join(', ')}`;
    throw coreError('ERR_OPTIONS_INVALID', message, { details: { problems: [message] } });
  }
  const destination = options.destination ?? pino.destination({ dest: 2, sync: true });
  return new PinoLogger(
    pino(
      {
        level,
        base: null,
        serializers: { error: describeError },
        formatters: { level: (level) => ({ level }) },
        timestamp: pino.stdTimeFunctions.isoTime,
      },
      destination,
    ),
  );
}

class PinoLogger implements Logger {
  readonly #pino: Pino;

  constructor(instance: Pino) {
    this.#pino = instance;
  }

  error(message: string, fields: LogFields = {}): void {
    this.#pino.error(fields, message);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#pino.warn(fields, message);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#pino.info(fields, message);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#pino.debug(fields, message);
  }

  child(fields: LogFields): Logger {
    return new PinoLogger(this.#pino.child(fields));
  }
}
