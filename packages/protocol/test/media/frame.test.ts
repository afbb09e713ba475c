import { expect } from 'chai';
import fc from 'fast-check';
import {
  buildBundle,
  buildDownlinkPacket,
  buildUplinkBody,
  MAX_DATAGRAM_BYTES,
  MAX_SEALED_BYTES,
  MAX_UPLINK_BODY_BYTES,
  MIN_SEALED_BYTES,
  parseBundle,
  parseDownlinkBody,
  parseSenderPart,
  parseUplinkBody,
  type SenderPart,
  writeSenderPart,
} from '../../src/index.node.js';
import { bytes, sealed, senderPart, u16 } from '../fixtures/arbitrary.js';

const PART: SenderPart = { start: true, end: false, durationMs: 20, level: 30, seq: 1, time: 960 };

function partBytes(part: SenderPart): Uint8Array {
  const out = new Uint8Array(8);
  writeSenderPart(out, 0, part);
  return out;
}

function uplinkBody(sealedBytes: number): Uint8Array {
  return buildUplinkBody(7, partBytes(PART), new Uint8Array(sealedBytes).fill(9));
}

function downlinkBody(sealedBytes: number): Uint8Array {
  return buildDownlinkPacket(1, 2, uplinkBody(sealedBytes)).subarray(1);
}

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return 'no error';
}

describe('the sender part', () => {
  it('comes back as it was written, at any offset, and touches nothing else', () => {
    fc.assert(
      fc.property(senderPart, fc.nat(40), fc.nat(40), (part, before, after) => {
        const out = new Uint8Array(before + 8 + after).fill(0xa5);
        writeSenderPart(out, before, part);
        expect(parseSenderPart(out, before)).to.deep.equal({ ok: true, sender: part });
        const outside = [...out.subarray(0, before), ...out.subarray(before + 8)];
        expect(outside.every((byte) => byte === 0xa5)).to.equal(true);
      }),
    );
  });

  it('is refused with any reserved bit set', () => {
    for (const bit of [0x20, 0x10, 0x02, 0x01]) {
      const out = partBytes(PART);
      out[0] = (out[0] ?? 0) | bit;
      expect(parseSenderPart(out, 0)).to.deep.equal({ ok: false, reason: 'reservedBits' });
    }
  });

  it('is truncated below eight bytes or at an offset outside', () => {
    const out = partBytes(PART);
    for (const [length, offset] of [
      [7, 0],
      [0, 0],
      [8, 1],
      [8, -1],
      [8, 9],
    ] as const) {
      const result = parseSenderPart(out.subarray(0, length), offset);
      expect(result).to.deep.equal({ ok: false, reason: 'truncated' });
    }
  });

  it('refuses to be written with a field out of range or without room', () => {
    const out = new Uint8Array(8);
    for (const wrong of [
      { level: 256 },
      { level: -1 },
      { seq: 0x1_0000 },
      { time: 2 ** 32 },
      { time: 0.5 },
      { durationMs: 30 as 20 },
    ]) {
      const write = () => writeSenderPart(out, 0, { ...PART, ...wrong });
      expect(codeOf(write), JSON.stringify(wrong)).to.equal('ERR_PROTOCOL_OUT_OF_RANGE');
    }
    expect(codeOf(() => writeSenderPart(out, 1, PART))).to.equal('ERR_PROTOCOL_LENGTH');
    expect([...out]).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('a media frame', () => {
  it('keeps sender part and sealed bytes untouched from the talker to the listener', () => {
    fc.assert(
      fc.property(u16, u16, u16, senderPart, sealed, (talk, route, source, part, sealedFrame) => {
        const up = buildUplinkBody(talk, partBytes(part), sealedFrame);
        const parsedUp = parseUplinkBody(up);
        if (!parsedUp.ok) throw new Error(parsedUp.reason);
        expect(parsedUp).to.include({ talkHandle: talk });
        expect(parsedUp.sender).to.deep.equal(part);
        const packet = buildDownlinkPacket(route, source, up);
        expect(packet[0]).to.equal(0x08);
        const parsedDown = parseDownlinkBody(packet.subarray(1));
        if (!parsedDown.ok) throw new Error(parsedDown.reason);
        expect(parsedDown).to.include({ routeHandle: route, sourceHandle: source });
        expect(parsedDown.sender).to.deep.equal(part);
        const received = packet.subarray(1 + parsedDown.sealedOffset);
        expect([...received]).to.deep.equal([...sealedFrame]);
        expect([...up.subarray(parsedUp.sealedOffset)]).to.deep.equal([...sealedFrame]);
      }),
    );
  });

  it('fits a datagram in both directions at its largest', () => {
    const largest = uplinkBody(MAX_SEALED_BYTES);
    expect(largest.length + 9 + 8).to.equal(MAX_DATAGRAM_BYTES);
    expect(buildDownlinkPacket(1, 2, largest).length).to.be.at.most(MAX_DATAGRAM_BYTES);
    expect(parseUplinkBody(largest).ok).to.equal(true);
    expect(parseDownlinkBody(downlinkBody(MAX_SEALED_BYTES)).ok).to.equal(true);
  });

  it('is truncated without room for header, empty payload and tag, and too long beyond a datagram', () => {
    const parsers = [
      { parse: parseUplinkBody, body: uplinkBody },
      { parse: parseDownlinkBody, body: downlinkBody },
    ];
    for (const { parse, body } of parsers) {
      const smallest = body(MIN_SEALED_BYTES);
      expect(parse(smallest).ok).to.equal(true);
      for (let length = 0; length < smallest.length; length++) {
        const result = parse(smallest.subarray(0, length));
        expect(result).to.deep.equal({ ok: false, reason: 'truncated' });
      }
      const beyond = new Uint8Array(body(MAX_SEALED_BYTES).length + 1);
      expect(parse(beyond)).to.deep.equal({ ok: false, reason: 'tooLong' });
    }
  });

  it('is refused with a reserved bit in its sender part', () => {
    const up = uplinkBody(30);
    up[2] = 0x10;
    expect(parseUplinkBody(up)).to.deep.equal({ ok: false, reason: 'reservedBits' });
    const down = downlinkBody(30);
    down[4] = 0x20;
    expect(parseDownlinkBody(down)).to.deep.equal({ ok: false, reason: 'reservedBits' });
  });

  it('refuses to be built with a handle or a length that does not fit', () => {
    const part = partBytes(PART);
    const sealedFrame = new Uint8Array(40);
    const up = uplinkBody(40);
    expect(codeOf(() => buildUplinkBody(0x1_0000, part, sealedFrame))).to.equal(
      'ERR_PROTOCOL_OUT_OF_RANGE',
    );
    expect(codeOf(() => buildDownlinkPacket(-1, 0, up))).to.equal('ERR_PROTOCOL_OUT_OF_RANGE');
    expect(codeOf(() => buildDownlinkPacket(0, 0x1_0000, up))).to.equal(
      'ERR_PROTOCOL_OUT_OF_RANGE',
    );
    for (const build of [
      () => buildUplinkBody(0, part.subarray(1), sealedFrame),
      () => buildUplinkBody(0, part, new Uint8Array(MIN_SEALED_BYTES - 1)),
      () => buildUplinkBody(0, part, new Uint8Array(MAX_SEALED_BYTES + 1)),
      () => buildDownlinkPacket(0, 0, new Uint8Array(3)),
      () => buildDownlinkPacket(0, 0, new Uint8Array(MAX_UPLINK_BODY_BYTES + 1)),
    ]) {
      expect(codeOf(build)).to.equal('ERR_PROTOCOL_LENGTH');
    }
  });
});

describe('a bundle', () => {
  const body = bytes(31, 80);

  it('comes apart as it was put together', () => {
    const bodies = fc.array(body, { minLength: 1, maxLength: 16 });
    fc.assert(
      fc.property(bodies, (list) => {
        const result = parseBundle(buildBundle(list));
        if (!result.ok) throw new Error(result.reason);
        expect(result.bodies.map((entry) => [...entry])).to.deep.equal(list.map((e) => [...e]));
      }),
    );
  });

  it('is refused whole when cut or followed by anything', () => {
    const bundle = buildBundle([downlinkBody(20), downlinkBody(40)]);
    const boundary = 2 + downlinkBody(20).length;
    for (let length = 1; length < bundle.length; length++) {
      if (length === boundary) continue;
      const result = parseBundle(bundle.subarray(0, length));
      expect(result).to.deep.equal({ ok: false, reason: 'truncated' });
    }
    const followed = Uint8Array.from([...bundle, 0]);
    expect(parseBundle(followed)).to.deep.equal({ ok: false, reason: 'truncated' });
  });

  it('carries 1 to 16 bodies of the size of a media body', () => {
    const full = Array.from({ length: 16 }, () => downlinkBody(MAX_SEALED_BYTES));
    const sixteen = buildBundle(full);
    expect(parseBundle(sixteen).ok).to.equal(true);
    const seventeen = Uint8Array.from([...sixteen, ...buildBundle([downlinkBody(20)])]);
    expect(parseBundle(seventeen)).to.deep.equal({ ok: false, reason: 'tooMany' });
    expect(parseBundle(new Uint8Array())).to.deep.equal({ ok: false, reason: 'empty' });
    expect(parseBundle(new Uint8Array(2))).to.deep.equal({ ok: false, reason: 'truncated' });
    const long = new Uint8Array(2 + 0xffff).fill(0xff);
    expect(parseBundle(long)).to.deep.equal({ ok: false, reason: 'tooLong' });
    for (const list of [[], [...full, downlinkBody(20)], [new Uint8Array(3)]]) {
      expect(codeOf(() => buildBundle(list))).to.equal('ERR_PROTOCOL_LENGTH');
    }
  });
});
