import { expect } from 'chai';
import fc from 'fast-check';
import { encodeSframeHeader, parseSframeHeader } from '../../src/index.node.js';
import { u32 } from '../fixtures/arbitrary.js';
import { fromHex, readRfc9605, toHex } from '../fixtures/fixture.js';

interface HeaderCase {
  readonly kid: bigint;
  readonly ctr: bigint;
  readonly encoded: string;
}

const LIMIT = 0xffff_ffffn;

function headerCases(): HeaderCase[] {
  const { values, encoded } = readRfc9605().header;
  return encoded.flatMap((row, k) =>
    row.split(' ').map((hex, c) => ({
      kid: BigInt(values[k] ?? NaN),
      ctr: BigInt(values[c] ?? NaN),
      encoded: hex,
    })),
  );
}

const isWithinLimit = ({ kid, ctr }: HeaderCase): boolean => kid <= LIMIT && ctr <= LIMIT;

describe('the SFrame header', () => {
  it('has all 289 cases of RFC 9605, 81 of them within the limit of 32 bits', () => {
    const cases = headerCases();
    expect(cases).to.have.length(289);
    expect(cases.filter(isWithinLimit)).to.have.length(81);
    expect(new Set(cases.map(({ encoded }) => encoded)).size).to.equal(289);
  });

  it('is written and read as RFC 9605 says wherever both values are within the limit', () => {
    for (const { kid, ctr, encoded } of headerCases().filter(isWithinLimit)) {
      expect(toHex(encodeSframeHeader(Number(kid), Number(ctr)))).to.equal(encoded);
      expect(parseSframeHeader(fromHex(encoded), 0)).to.deep.equal({
        ok: true,
        kid: Number(kid),
        ctr: Number(ctr),
        headerBytes: encoded.length / 2,
      });
    }
  });

  it('refuses the other 208 cases as out of range, both ways', () => {
    const beyond = headerCases().filter((headerCase) => !isWithinLimit(headerCase));
    expect(beyond).to.have.length(208);
    for (const { kid, ctr, encoded } of beyond) {
      const result = parseSframeHeader(fromHex(encoded), 0);
      expect(result, encoded).to.deep.equal({ ok: false, reason: 'outOfRange' });
      expect(() => encodeSframeHeader(Number(kid), Number(ctr)))
        .to.throw()
        .with.property('code', 'ERR_PROTOCOL_OUT_OF_RANGE');
    }
  });

  it('is truncated at every length short of the whole', () => {
    for (const { encoded } of headerCases()) {
      const bytes = fromHex(encoded);
      for (let length = 0; length < bytes.length; length++) {
        const result = parseSframeHeader(bytes.subarray(0, length), 0);
        expect(result).to.deep.equal({ ok: false, reason: 'truncated' });
      }
    }
  });

  it('has no second encoding of a value', () => {
    const padded = [
      '8007',
      '8000',
      '0807',
      '0900ff',
      '9000ff',
      '0a00ffff',
      'b000ffffff',
      '0f00ffffffffffffff',
    ];
    for (const hex of padded) {
      const result = parseSframeHeader(fromHex(hex), 0);
      expect(result, hex).to.deep.equal({ ok: false, reason: 'nonMinimal' });
    }
  });

  it('comes back as it was written, at any offset, whatever follows', () => {
    fc.assert(
      fc.property(u32, u32, fc.uint8Array(), fc.uint8Array(), (kid, ctr, before, after) => {
        const header = encodeSframeHeader(kid, ctr);
        const bytes = Uint8Array.from([...before, ...header, ...after]);
        expect(parseSframeHeader(bytes, before.length)).to.deep.equal({
          ok: true,
          kid,
          ctr,
          headerBytes: header.length,
        });
      }),
    );
  });

  it('is the only encoding of what it is read as', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
        const result = parseSframeHeader(bytes, 0);
        if (!result.ok) return;
        const written = encodeSframeHeader(result.kid, result.ctr);
        expect(toHex(written)).to.equal(toHex(bytes.subarray(0, result.headerBytes)));
      }),
      { numRuns: 5000 },
    );
  });

  it('is truncated for an offset outside the bytes', () => {
    for (const offset of [-1, 1, 2, NaN, Infinity]) {
      const result = parseSframeHeader(Uint8Array.of(0), offset);
      expect(result).to.deep.equal({ ok: false, reason: 'truncated' });
    }
  });
});
