import { expect } from 'chai';
import {
  buildMessage,
  parseMessage,
  parseTypeOctet,
  PacketType,
  typeOctet,
} from '../../src/index.node.js';

describe('the type octet', () => {
  it('is known for five of all 256 values, each the one that is written', () => {
    const known = Array.from({ length: 256 }, (_, octet) => octet).filter(
      (octet) => parseTypeOctet(octet) !== null,
    );
    expect(known).to.deep.equal([0x08, 0x09, 0x0a, 0x0b, 0x0d]);
    expect(Object.values(PacketType).map(typeOctet)).to.deep.equal(known);
  });

  it('is not known outside one octet', () => {
    for (const octet of [-248, 0x108, 8.5, NaN]) expect(parseTypeOctet(octet)).to.equal(null);
  });
});

describe('a binary message', () => {
  it('is the type octet and the body', () => {
    const body = Uint8Array.of(1, 2);
    const message = buildMessage(PacketType.pong, body);
    expect([...message]).to.deep.equal([0x0a, 1, 2]);
    expect(parseMessage(message)).to.deep.equal({ ok: true, type: PacketType.pong, body });
  });

  it('may be a media frame, a ping, a pong or a bundle, and nothing else', () => {
    expect(parseMessage(new Uint8Array())).to.deep.equal({ ok: false, reason: 'truncated' });
    for (let octet = 0; octet < 256; octet++) {
      const allowed = [0x08, 0x09, 0x0a, 0x0d].includes(octet);
      expect(parseMessage(Uint8Array.of(octet)).ok, String(octet)).to.equal(allowed);
    }
  });
});
