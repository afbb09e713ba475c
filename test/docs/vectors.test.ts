import { expect } from 'chai';
import { createCipheriv, createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../scripts/docs/repository.js';

interface Vectors {
  readonly keys: {
    readonly secret: string;
    readonly routeId: string;
    readonly epoch: number;
    readonly senderIndex: number;
    readonly senderBaseKey: string;
    readonly kid: number;
    readonly sframeKey: string;
    readonly sframeSalt: string;
  };
  readonly sealedFrames: readonly {
    readonly name: string;
    readonly ctr: number;
    readonly metadata: string;
    readonly plaintext: string;
    readonly hex: string;
  }[];
  readonly datagrams: {
    readonly hopKey: string;
    readonly cases: readonly {
      readonly name: string;
      readonly packetNumber: number;
      readonly tag: string;
      readonly hex: string;
    }[];
  };
}

const vectors = JSON.parse(
  readFileSync(join(repository, 'docs/protocol/vectors.json'), 'utf8'),
) as Vectors;

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function uint(value: number, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
}

function hkdf(key: Buffer, info: readonly (string | Buffer)[], length: number): Buffer {
  const joined = Buffer.concat(info.map((part) => Buffer.from(part as Buffer)));
  return Buffer.from(hkdfSync('sha256', key, '', joined, length));
}

/** What keys.md and media.md say, written anew with nothing of ours. */
describe('docs/protocol/vectors.json', () => {
  const { secret, routeId, epoch, senderIndex, kid, ...derived } = vectors.keys;

  it('has the base key and the KID that keys.md derives', () => {
    const info = ['Sidetone 1 sender', bytes(routeId), uint(epoch, 8), uint(senderIndex, 4)];
    expect(hkdf(bytes(secret), info, 32).toString('hex')).to.equal(derived.senderBaseKey);
    expect(senderIndex * 16 + (epoch % 16)).to.equal(kid);
  });

  it('has the key and the salt that keys.md derives', () => {
    const base = bytes(derived.senderBaseKey);
    const of = (label: string): Buffer[] => [Buffer.from(label), uint(kid, 8), uint(4, 2)];
    const key = hkdf(base, of('SFrame 1.0 Secret key '), 16);
    const salt = hkdf(base, of('SFrame 1.0 Secret salt '), 12);
    expect(key.toString('hex')).to.equal(derived.sframeKey);
    expect(salt.toString('hex')).to.equal(derived.sframeSalt);
  });

  for (const { name, ctr, metadata, plaintext, hex } of vectors.sealedFrames) {
    it(`has the sealed frame that media.md describes: ${name}`, () => {
      // KID in two bytes, CTR in the first byte or in one of its own.
      const header = ctr < 8 ? [0x90 | ctr, ...uint(kid, 2)] : [0x98, ...uint(kid, 2), ctr];
      const nonce = bytes(derived.sframeSalt);
      nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ ctr) >>> 0, 8);
      const cipher = createCipheriv('aes-128-gcm', bytes(derived.sframeKey), nonce);
      cipher.setAAD(Buffer.concat([Buffer.from(header), bytes(metadata)]));
      const sealed = Buffer.concat([cipher.update(bytes(plaintext)), cipher.final()]);
      const frame = Buffer.concat([Buffer.from(header), sealed, cipher.getAuthTag()]);
      expect(frame.toString('hex')).to.equal(hex.replaceAll(' ', ''));
    });
  }

  for (const { name, packetNumber, tag, hex } of vectors.datagrams.cases) {
    it(`has the tag that udp.md describes: ${name}`, () => {
      const datagram = bytes(hex);
      const hmac = createHmac('sha256', bytes(vectors.datagrams.hopKey));
      hmac.update(uint(packetNumber, 8)).update(datagram.subarray(0, -8));
      const expected = hmac.digest().subarray(0, 8).toString('hex');
      expect(expected).to.equal(tag);
      expect(datagram.subarray(-8).toString('hex')).to.equal(tag);
      expect(datagram.readUInt32BE(5)).to.equal(packetNumber % 2 ** 32);
    });
  }
});
