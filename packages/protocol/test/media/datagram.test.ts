import { expect } from 'chai';
import fc from 'fast-check';
import {
  buildDatagram,
  buildPing,
  buildProbe,
  createHopKey,
  type DatagramType,
  MAX_DATAGRAM_BYTES,
  parseDatagram,
  parsePing,
  parseProbe,
  PacketType,
  type ProbeStep,
} from '../../src/index.node.js';
import { bytes, u32 } from '../fixtures/arbitrary.js';

const key = createHopKey(new Uint8Array(32).fill(7));
const BODY_BYTES: readonly (readonly [DatagramType, number])[] = [
  [PacketType.media, 29],
  [PacketType.media, 1183],
  [PacketType.ping, 12],
  [PacketType.pong, 12],
  [PacketType.probe, 9],
];

describe('a datagram', () => {
  it('comes apart as it was put together', () => {
    const typed = fc
      .constantFrom(...BODY_BYTES)
      .chain(([type, length]) => fc.tuple(fc.constant(type), bytes(length, length)));
    fc.assert(
      fc.property(typed, u32, fc.maxSafeNat(), ([type, body], connectionId, packetNumber) => {
        const bytes = buildDatagram(type, connectionId, packetNumber, body, key);
        const result = parseDatagram(bytes);
        if (!result.ok) throw new Error(result.reason);
        const packetNumberLow = packetNumber % 2 ** 32;
        expect(result).to.include({ type, connectionId, packetNumberLow });
        expect([...result.body]).to.deep.equal([...body]);
        expect([...result.tag]).to.deep.equal([...key.tag(packetNumber, bytes.subarray(0, -8))]);
      }),
    );
  });

  it('has exactly the length of its type', () => {
    for (const [type, length] of BODY_BYTES) {
      const whole = new Uint8Array(9 + length + 8);
      whole[0] = 0x08 | type;
      expect(parseDatagram(whole).ok).to.equal(true);
      if (length !== 1183) {
        const shorter = parseDatagram(whole.subarray(0, -1));
        expect(shorter).to.deep.equal({ ok: false, reason: 'truncated' });
      }
      if (length !== 29) {
        const longer = new Uint8Array(whole.length + 1);
        longer[0] = 0x08 | type;
        expect(parseDatagram(longer)).to.deep.equal({ ok: false, reason: 'tooLong' });
      }
    }
    expect(parseDatagram(new Uint8Array())).to.deep.equal({ ok: false, reason: 'truncated' });
  });

  it('is never longer than 1,200 bytes', () => {
    const largest = buildDatagram(PacketType.media, 1, 1, new Uint8Array(1183), key);
    expect(largest.length).to.equal(MAX_DATAGRAM_BYTES);
    expect(() => buildDatagram(PacketType.media, 1, 1, new Uint8Array(1184), key))
      .to.throw()
      .with.property('code', 'ERR_PROTOCOL_LENGTH');
  });

  it('is refused by its first octet, with a reason for each kind', () => {
    const bytes = new Uint8Array(60);
    for (let octet = 0; octet < 256; octet++) {
      bytes[0] = octet;
      const result = parseDatagram(bytes);
      const reason = result.ok ? 'none' : result.reason;
      expect(reason, String(octet)).to.equal(expectedReason(octet));
    }
  });

  it('refuses to be built with a number that does not fit', () => {
    const body = new Uint8Array(12);
    for (const [connectionId, packetNumber] of [
      [2 ** 32, 0],
      [-1, 0],
      [0, -1],
      [0, 2 ** 53],
      [0, 0.5],
    ] as const) {
      expect(() => buildDatagram(PacketType.ping, connectionId, packetNumber, body, key))
        .to.throw()
        .with.property('code', 'ERR_PROTOCOL_OUT_OF_RANGE');
    }
  });
});

function expectedReason(octet: number): string {
  if (octet === 0x08) return 'none';
  if (octet >= 0x09 && octet <= 0x0b) return 'tooLong';
  if (octet === 0x0d || octet === 0x0e) return 'serverOnlyType';
  return octet === 0x0c || octet === 0x0f ? 'reservedType' : 'foreign';
}

describe('a ping', () => {
  it('comes back as it was written', () => {
    const ping = fc.record({ id: u32, mediaSent: u32, mediaReceived: u32 });
    fc.assert(
      fc.property(ping, (value) => {
        expect(parsePing(buildPing(value))).to.deep.equal({ ok: true, ping: value });
      }),
    );
  });

  it('has twelve bytes and three numbers of 32 bits', () => {
    for (const length of [0, 11, 13]) {
      const result = parsePing(new Uint8Array(length));
      expect(result).to.deep.equal({ ok: false, reason: 'badLength' });
    }
    for (const field of ['id', 'mediaSent', 'mediaReceived']) {
      const ping = { id: 0, mediaSent: 0, mediaReceived: 0, [field]: 2 ** 32 };
      expect(() => buildPing(ping))
        .to.throw()
        .with.property('code', 'ERR_PROTOCOL_OUT_OF_RANGE');
    }
  });
});

describe('a probe', () => {
  it('comes back as it was written', () => {
    const step = fc.constantFrom<ProbeStep[]>(1, 2);
    fc.assert(
      fc.property(step, bytes(8, 8), (value, challenge) => {
        const result = parseProbe(buildProbe({ step: value, challenge }));
        expect(result).to.deep.equal({ ok: true, probe: { step: value, challenge } });
      }),
    );
  });

  it('asks with a challenge of zeros only', () => {
    const ask = new Uint8Array(9);
    expect(parseProbe(ask).ok).to.equal(true);
    for (let i = 1; i < 9; i++) {
      const wrong = ask.slice();
      wrong[i] = 1;
      expect(parseProbe(wrong)).to.deep.equal({ ok: false, reason: 'challengeInAsk' });
    }
    expect(() => buildProbe({ step: 0, challenge: new Uint8Array(8).fill(1) }))
      .to.throw()
      .with.property('code', 'ERR_PROTOCOL_OUT_OF_RANGE');
  });

  it('is refused with an unknown step or another length', () => {
    for (let step = 3; step < 256; step++) {
      const probe = new Uint8Array(9);
      probe[0] = step;
      expect(parseProbe(probe)).to.deep.equal({ ok: false, reason: 'unknownStep' });
    }
    for (const length of [0, 8, 10]) {
      const result = parseProbe(new Uint8Array(length));
      expect(result).to.deep.equal({ ok: false, reason: 'badLength' });
    }
    expect(() => buildProbe({ step: 1, challenge: new Uint8Array(7) }))
      .to.throw()
      .with.property('code', 'ERR_PROTOCOL_LENGTH');
  });
});
