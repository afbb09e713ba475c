import { createToken, type Token } from '../token.js';

export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Structured log. `error`: somebody has to act. `warn`: it went on, worse. `info`: one line per
 * lifecycle step. `debug`: what happens about once a second or more. Nothing is logged per packet.
 * Callers never pass a secret; keys, tokens and credentials have no place in `fields`.
 */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each line. */
  child(fields: LogFields): Logger;
}

export const Logger: Token<Logger> = createToken('Logger');
