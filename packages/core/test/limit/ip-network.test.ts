import { isIPv4 } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { maskedTo, parseAddress, parseNetwork } from '../../src/limit/ip-network.js';

function contains(network: string, address: string): boolean {
  const parsed = parseNetwork(network) ?? expect.fail(`"${network}" is no network`);
  const { family, value } = parseAddress(address) ?? expect.fail(`"${address}" is no address`);
  return parsed.family === family && maskedTo({ family, value }, parsed.prefix) === parsed.value;
}

/** As a person would: bit by bit, from the text alone. */
function bitsOf(address: string): string {
  const bits = (value: number, width: number): string => value.toString(2).padStart(width, '0');
  if (isIPv4(address))
    return address
      .split('.')
      .map((part) => bits(Number(part), 8))
      .join('');
  return address
    .split(':')
    .map((part) => bits(parseInt(part, 16), 16))
    .join('');
}

const v4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((it) => it.join('.'));
/** All eight groups, never IPv4 within IPv6. */
const v6 = fc
  .tuple(
    fc.integer({ min: 1, max: 0xffff }),
    fc.array(fc.nat(0xffff), { minLength: 7, maxLength: 7 }),
  )
  .map(([first, rest]) => [first, ...rest].map((group) => group.toString(16)).join(':'));

describe('Networks of IP addresses', () => {
  it('contain exactly the addresses that share their first bits', () => {
    const cases = fc.oneof(
      fc.tuple(v4, v4, fc.nat(32), fc.nat(32)),
      fc.tuple(v6, v6, fc.nat(128), fc.nat(128)),
    );
    fc.assert(
      fc.property(cases, ([one, stranger, prefix, shared]) => {
        expect(contains(`${one}/${prefix}`, one)).to.equal(true);
        expect(contains(`${one}/${prefix}`, stranger)).to.equal(
          bitsOf(one).slice(0, prefix) === bitsOf(stranger).slice(0, prefix),
        );
        // One that differs in the bit behind the shared ones.
        const address = parseAddress(one) ?? expect.fail();
        const width = address.family === 4 ? 32 : 128;
        if (shared >= width) return;
        const near = address.value ^ (1n << BigInt(width - 1 - shared));
        const inside = maskedTo({ ...address, value: near }, prefix) === maskedTo(address, prefix);
        expect(inside).to.equal(shared >= prefix);
      }),
    );
  });

  it('take IPv4 within IPv6 for IPv4, as an address and as a network', () => {
    fc.assert(
      fc.property(v4, fc.nat(32), (address, prefix) => {
        expect(parseAddress(`::ffff:${address}`)).to.deep.equal(parseAddress(address));
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const groups = [a * 256 + b, c * 256 + d].map((group) => group.toString(16)).join(':');
        expect(parseAddress(`::FFFF:${groups}`)).to.deep.equal(parseAddress(address));
        expect(parseNetwork(`::ffff:${address}/${96 + prefix}`)).to.deep.equal(
          parseNetwork(`${address}/${prefix}`),
        );
      }),
    );
    expect(contains('::/0', '2001:db8::1')).to.equal(true);
    expect(contains('::/0', '192.0.2.1')).to.equal(false);
    expect(contains('0.0.0.0/0', '::ffff:192.0.2.1')).to.equal(true);
  });

  it('read every way of writing an address', () => {
    const same = ['2001:db8::1', '2001:DB8:0:0:0:0:0:1', '2001:db8::0.0.0.1', '2001:db8::1%eth0'];
    for (const text of same) {
      expect(parseAddress(text)?.value, text).to.equal(0x20010db8_00000000_00000000_00000001n);
    }
    expect(parseAddress('::')?.value).to.equal(0n);
    expect(parseNetwork('203.0.113.7')).to.deep.include({ prefix: 32 });
    expect(parseNetwork('203.0.113.7/24')).to.deep.equal(parseNetwork('203.0.113.0/24'));
  });

  it('are nothing else', () => {
    const nonsense = ['', 'x', '1.2.3', '1.2.3.4/33', '::/129', '1.2.3.4/-1', '1.2.3.4/', '/8'];
    const more = [
      '::ffff:1.2.3.4/95',
      '1.2.3.4/8/8',
      '1.2.3.4/1e1',
      '01.2.3.4',
      ':::',
      'localhost',
    ];
    for (const text of [...nonsense, ...more]) expect(parseNetwork(text), text).to.equal(null);
    fc.assert(
      fc.property(fc.string({ maxLength: 64 }), (text) => {
        expect(() => parseNetwork(text)).not.to.throw();
      }),
    );
  });
});
