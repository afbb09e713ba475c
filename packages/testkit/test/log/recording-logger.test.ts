import { expect } from 'chai';
import { createRecordingLogger } from '../../src/log/recording-logger.js';

describe('recording logger', () => {
  it('remembers the lines of itself and of its children, with all their fields', () => {
    const log = createRecordingLogger();
    log.info('started', { port: 1 });
    log.child({ plugin: 'udp' }).child({ socket: 2 }).warn('small buffer', { bytes: 3 });
    expect(log.lines).to.deep.equal([
      { level: 'info', message: 'started', fields: { port: 1 } },
      { level: 'warn', message: 'small buffer', fields: { plugin: 'udp', socket: 2, bytes: 3 } },
    ]);
    expect(log.messages('warn')).to.deep.equal(['small buffer']);
  });

  it('keeps the newest lines only', () => {
    const log = createRecordingLogger();
    for (let line = 0; line < 10_005; line++) log.debug(`${line}`);
    expect(log.lines).to.have.lengthOf(10_000);
    expect(log.lines[0]?.message).to.equal('5');
  });
});
