import { VoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import { pinoLogger, type LogLevel } from '../../src/defaults/pino-logger.js';
import type { Logger } from '../../src/contracts/logger.js';
import { voiceErrorOf } from '../double/thrown.js';

type Line = Record<string, unknown>;

function capture(level?: LogLevel): { log: Logger; lines: Line[] } {
  const lines: Line[] = [];
  const destination = { write: (text: string) => void lines.push(JSON.parse(text)) };
  return { log: pinoLogger({ destination, ...(level === undefined ? {} : { level }) }), lines };
}

describe('pino logger', () => {
  it('writes one JSON object a line, with the fields of its parents', () => {
    const { log, lines } = capture();
    log.child({ plugin: 'udp' }).child({ port: 5 }).warn('hello', { session: 's' });
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({
      level: 'warn',
      msg: 'hello',
      plugin: 'udp',
      port: 5,
      session: 's',
    });
    expect(lines[0]).to.have.keys(['level', 'time', 'plugin', 'port', 'session', 'msg']);
  });

  it('writes its level and what is worse', () => {
    const written = (level?: LogLevel): unknown[] => {
      const { log, lines } = capture(level);
      log.error('x');
      log.warn('x');
      log.info('x');
      log.debug('x');
      return lines.map((line) => line['level']);
    };
    expect(written('silent')).to.deep.equal([]);
    expect(written('error')).to.deep.equal(['error']);
    expect(written()).to.deep.equal(['error', 'warn', 'info']);
    expect(written('debug')).to.deep.equal(['error', 'warn', 'info', 'debug']);
  });

  it('refuses an unknown level and names those that there are', async () => {
    const error = await voiceErrorOf(() => pinoLogger({ level: 'loud' as LogLevel }));
    expect(error.code).to.equal('ERR_OPTIONS_INVALID');
    expect(error.message).to.include('"loud"').and.to.include('debug');
  });

  it('shows an error with code and cause, and nothing that a library hung on it', () => {
    const { log, lines } = capture();
    const cause = Object.assign(new Error('refused'), {
      code: 'ECONNREFUSED',
      password: 'hunter2',
    });
    const error = new VoiceError('ERR_STORE_CONFLICT', 'no', { cause });
    log.error('failed', { error: new AggregateError([error], 'several') });
    expect(lines[0]?.['error']).to.have.nested.property('errors[0].code', 'ERR_STORE_CONFLICT');
    expect(lines[0]?.['error']).to.have.nested.property('errors[0].cause.code', 'ECONNREFUSED');
    expect(JSON.stringify(lines)).not.to.include('hunter2');
  });

  it('shows what was thrown and is no error', () => {
    const { log, lines } = capture();
    log.error('failed', { error: 'just text' });
    log.error('failed', { error: { token: 'hunter2' } });
    log.error('failed', { error: null });
    expect(lines.map((line) => line['error'])).to.deep.equal(['just text', 'object', 'null']);
  });

  it('ends with errors that cause each other', () => {
    const { log, lines } = capture();
    const error = new Error('round');
    error.cause = error;
    log.error('failed', { error });
    expect(lines).to.have.length(1);
  });
});
