import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { createHopKey } from '../../src/index.node.js';
import { bytes } from '../fixtures/arbitrary.js';

function withTag(datagram: Uint8Array, tag: Uint8Array): Uint8Array {
  return Uint8Array.from([...datagram, ...tag]);
}

describe('the hop tag', () => {
  it('is the head of HMAC-SHA256 over the 64-bit packet number and the datagram', () => {
    fc.assert(
      fc.property(bytes(32, 32), fc.maxSafeNat(), bytes(0, 200), (key, number, datagram) => {
        const prefix = Buffer.alloc(8);
        prefix.writeBigUInt64BE(BigInt(number));
        const whole = createHmac('sha256', key).update(prefix).update(datagram).digest();
        const hopKey = createHopKey(key);
        const tag = hopKey.tag(number, datagram);
        expect([...tag]).to.deep.equal([...whole.subarray(0, 8)]);
        expect(hopKey.verify(number, withTag(datagram, tag))).to.equal(true);
      }),
    );
  });

  it('fits no other number, no other key and no datagram with a changed bit', () => {
    const key = createHopKey(new Uint8Array(32).fill(1));
    const datagram = Uint8Array.from({ length: 40 }, (_, i) => i);
    const number = 2 ** 32 + 5;
    const whole = withTag(datagram, key.tag(number, datagram));
    expect(key.verify(number, whole)).to.equal(true);
    for (const other of [5, number - 1, number + 1, 0]) {
      expect(key.verify(other, whole)).to.equal(false);
    }
    expect(createHopKey(new Uint8Array(32).fill(2)).verify(number, whole)).to.equal(false);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const changed = whole.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(key.verify(number, changed), `bit ${bit}`).to.equal(false);
    }
  });

  it('is in no datagram shorter than a tag', () => {
    const key = createHopKey(new Uint8Array(32));
    for (let length = 0; length <= 8; length++) {
      expect(key.verify(0, new Uint8Array(length))).to.equal(false);
    }
  });

  it('does not change when the caller wipes its copy of the key', () => {
    const bytesOfKey = new Uint8Array(32).fill(3);
    const key = createHopKey(bytesOfKey);
    const before = key.tag(1, Uint8Array.of(1));
    bytesOfKey.fill(0);
    expect([...key.tag(1, Uint8Array.of(1))]).to.deep.equal([...before]);
  });

  it('refuses a key of another length and a number beyond 2^53 - 1', () => {
    for (const length of [0, 31, 33]) {
      expect(() => createHopKey(new Uint8Array(length)))
        .to.throw()
        .with.property('code', 'ERR_PROTOCOL_LENGTH');
    }
    const key = createHopKey(new Uint8Array(32));
    for (const number of [-1, 0.5, 2 ** 53, NaN]) {
      expect(() => key.tag(number, new Uint8Array(1)))
        .to.throw()
        .with.property('code', 'ERR_PROTOCOL_OUT_OF_RANGE');
    }
  });
});
