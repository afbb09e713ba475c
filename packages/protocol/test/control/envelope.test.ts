import { expect } from 'chai';
import { decodeError, encodeError, parseEnvelope } from '../../src/control/envelope.js';
import { WireError } from '../../src/error/wire-error.js';

function decode(text: string): WireError {
  const parsed = parseEnvelope(text);
  if (!parsed.ok || parsed.envelope.kind !== 'error') throw new Error(`no error: ${text}`);
  return decodeError(parsed.envelope.error);
}

const withData = (data: string): WireError =>
  decode(`{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no","data":${data}}}`);

describe('The error of an answer', () => {
  it('is what the other side threw', () => {
    const thrown = new WireError('RATE_LIMITED', 'wait', {
      retryAfterMs: 250,
      details: { limit: 5 },
    });
    const { code, message, retryAfterMs, details } = decode(encodeError(1, thrown));
    expect({ code, message, retryAfterMs, details }).to.deep.equal({
      code: 'RATE_LIMITED',
      message: 'wait',
      retryAfterMs: 250,
      details: { limit: 5 },
    });
  });

  it('keeps the code of a newer peer among its details', () => {
    const { code, details } = withData('{"code":"NEWER","details":{"why":1}}');
    expect({ code, details }).to.deep.equal({
      code: 'INTERNAL_ERROR',
      details: { why: 1, unknownCode: 'NEWER' },
    });
  });

  it('takes no wait from the other side but whole milliseconds', () => {
    for (const wait of ['"soon"', 'null', '-1', '0.5', '1e400', '[]', '{"valueOf":1}']) {
      const error = withData(`{"code":"RATE_LIMITED","retryAfterMs":${wait}}`);
      expect(error.code).to.equal('RATE_LIMITED');
      expect(error.retryAfterMs, wait).to.equal(undefined);
    }
  });

  it('survives data of any shape', () => {
    for (const data of ['null', '7', '"x"', '[1]', '{"code":{"toString":1}}', '{"code":7}']) {
      expect(withData(data).code, data).to.equal('INTERNAL_ERROR');
    }
    expect(withData('{"code":"NOT_FOUND","details":"abc"}').details).to.deep.equal({});
  });
});
