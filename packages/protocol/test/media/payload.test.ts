import { expect } from 'chai';
import fc from 'fast-check';
import { buildPayload, parsePayload } from '../../src/index.node.js';
import { bytes, u8 } from '../fixtures/arbitrary.js';
import { fromHex } from '../fixtures/fixture.js';

describe('a payload', () => {
  it('comes apart as it was put together', () => {
    const extensions = fc.array(fc.record({ type: u8, value: bytes(0, 40) }), { maxLength: 6 });
    fc.assert(
      fc.property(bytes(0, 400), extensions, (opus, tlv) => {
        expect(parsePayload(buildPayload(opus, tlv))).to.deep.equal({ ok: true, tlv, opus });
      }),
    );
  });

  it('is truncated when the extensions reach beyond its end', () => {
    for (const hex of ['', '00', '0001', '0004 01 0000', 'ffff 01 0000']) {
      const result = parsePayload(fromHex(hex));
      expect(result, hex).to.deep.equal({ ok: false, reason: 'truncated' });
    }
  });

  it('is malformed when the extensions do not fill their room exactly', () => {
    for (const hex of ['0001 01', '0002 01 00', '0003 01 0001 ff', '0004 01 0000 02 f8']) {
      const result = parsePayload(fromHex(hex));
      expect(result, hex).to.deep.equal({ ok: false, reason: 'malformedExtension' });
    }
  });

  it('refuses extensions that do not fit their fields', () => {
    const opus = new Uint8Array(3);
    expect(() => buildPayload(opus, [{ type: 256, value: opus }]))
      .to.throw()
      .with.property('code', 'ERR_PROTOCOL_OUT_OF_RANGE');
    const tooLong = [{ type: 0, value: new Uint8Array(0xffff - 2) }];
    expect(() => buildPayload(opus, tooLong))
      .to.throw()
      .with.property('code', 'ERR_PROTOCOL_LENGTH');
    expect(buildPayload(opus, [{ type: 0, value: new Uint8Array(0xffff - 3) }])).to.have.length(
      2 + 0xffff + 3,
    );
  });
});
