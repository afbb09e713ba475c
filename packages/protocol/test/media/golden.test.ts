import { expect } from 'chai';
import {
  buildBundle,
  buildDatagram,
  buildDownlinkPacket,
  buildPayload,
  buildPing,
  buildProbe,
  buildUplinkBody,
  createHopKey,
  EMPTY_PAYLOAD,
  expandPacketNumber,
  parseBundle,
  parseDatagram,
  parseDownlinkBody,
  parseMessage,
  parsePayload,
  parsePing,
  parseProbe,
  parseSenderPart,
  parseTypeOctet,
  parseUplinkBody,
  PacketType,
  type SenderPart,
  typeOctet,
  writeSenderPart,
} from '../../src/index.node.js';
import { fromHex, plainHex, readGolden, toHex } from '../fixtures/fixture.js';

const golden = readGolden();

function senderPartOf(hex: string): SenderPart {
  const result = parseSenderPart(fromHex(hex), 0);
  if (!result.ok) throw new Error(`golden sender part: ${result.reason}`);
  return result.sender;
}

describe('golden bytes', () => {
  it('of the type octets', () => {
    for (const [name, type] of Object.entries(PacketType)) {
      const hex = golden.typeOctets[name as keyof typeof PacketType];
      expect(typeOctet(type)).to.equal(parseInt(hex, 16));
      expect(parseTypeOctet(parseInt(hex, 16))).to.equal(type);
    }
  });

  for (const { name, hex, ...part } of golden.senderParts) {
    it(`of a sender part: ${name}`, () => {
      const out = new Uint8Array(8);
      writeSenderPart(out, 0, part);
      expect(toHex(out)).to.equal(plainHex(hex));
      expect(senderPartOf(hex)).to.deep.equal(part);
    });
  }

  for (const { name, hex, tlv, opus } of golden.payloads) {
    it(`of a payload: ${name}`, () => {
      const extensions = tlv.map(({ type, value }) => ({ type, value: fromHex(value) }));
      expect(toHex(buildPayload(fromHex(opus), extensions))).to.equal(plainHex(hex));
      const result = parsePayload(fromHex(hex));
      expect(result).to.deep.equal({ ok: true, tlv: extensions, opus: fromHex(opus) });
    });
  }

  it('of the empty payload', () => {
    expect(toHex(EMPTY_PAYLOAD)).to.equal('0000');
  });

  for (const { name, hex, talkHandle, senderPart, sealed } of golden.uplinkBodies) {
    it(`of an uplink body: ${name}`, () => {
      const body = buildUplinkBody(talkHandle, fromHex(senderPart), fromHex(sealed));
      expect(toHex(body)).to.equal(plainHex(hex));
      expect(parseUplinkBody(fromHex(hex))).to.deep.equal({
        ok: true,
        talkHandle,
        sender: senderPartOf(senderPart),
        sealedOffset: 10,
      });
    });
  }

  for (const golden1 of golden.downlinkPackets) {
    const { name, hex, routeHandle, sourceHandle, uplinkBody, senderPart, sealed } = golden1;
    it(`of a downlink packet: ${name}`, () => {
      const packet = buildDownlinkPacket(routeHandle, sourceHandle, fromHex(uplinkBody));
      expect(toHex(packet)).to.equal(plainHex(hex));
      const message = parseMessage(packet);
      if (!message.ok) throw new Error(message.reason);
      expect(message.type).to.equal(PacketType.media);
      const sender = senderPartOf(senderPart);
      const expected = { ok: true, routeHandle, sourceHandle, sender, sealedOffset: 12 };
      expect(parseDownlinkBody(message.body)).to.deep.equal(expected);
      expect(toHex(message.body.subarray(12))).to.equal(plainHex(sealed));
    });
  }

  for (const { name, hex, bodies } of golden.bundles) {
    it(`of a bundle: ${name}`, () => {
      expect(toHex(buildBundle(bodies.map(fromHex)))).to.equal(plainHex(hex));
      expect(parseBundle(fromHex(hex))).to.deep.equal({ ok: true, bodies: bodies.map(fromHex) });
    });
  }

  for (const { name, hex, ...ping } of golden.pings) {
    it(`of a body: ${name}`, () => {
      expect(toHex(buildPing(ping))).to.equal(plainHex(hex));
      expect(parsePing(fromHex(hex))).to.deep.equal({ ok: true, ping });
    });
  }

  for (const { name, hex, step, challenge } of golden.probes) {
    it(`of a probe: ${name}`, () => {
      const probe = { step, challenge: fromHex(challenge) };
      expect(toHex(buildProbe(probe))).to.equal(plainHex(hex));
      expect(parseProbe(fromHex(hex))).to.deep.equal({ ok: true, probe });
    });
  }

  for (const golden1 of golden.datagrams.cases) {
    const { name, hex, type, connectionId, packetNumber, body, tag } = golden1;
    it(`of a datagram: ${name}`, () => {
      const key = createHopKey(fromHex(golden.datagrams.hopKey));
      const bytes = fromHex(body);
      const built = buildDatagram(PacketType[type], connectionId, packetNumber, bytes, key);
      expect(toHex(built)).to.equal(plainHex(hex));
      const packetNumberLow = packetNumber % 2 ** 32;
      expect(parseDatagram(built)).to.deep.equal({
        ok: true,
        type: PacketType[type],
        connectionId,
        packetNumberLow,
        body: bytes,
        tag: fromHex(tag),
      });
      expect(expandPacketNumber(packetNumberLow, packetNumber - 1)).to.equal(packetNumber);
      expect(key.verify(packetNumber, built)).to.equal(true);
    });
  }
});
