import { expect } from 'chai';
import fc from 'fast-check';
import {
  buildKid,
  createCipher,
  createNodeCipher,
  createWebCipher,
  encodeSframeHeader,
  type FrameCipher,
} from '../../src/index.node.js';
import { createCipher as createBrowserCipher } from '../../src/index.browser.js';
import { sframeKeyInfo, sframeSaltInfo, writeFrameNonce } from '../../src/sframe/key-schedule.js';
import { bytes, u32 } from '../fixtures/arbitrary.js';
import { fromHex, readGolden, readRfc9605, toHex } from '../fixtures/fixture.js';

const { suite4 } = readRfc9605();
const golden = readGolden();
const CIPHERS: Readonly<Record<string, () => FrameCipher>> = {
  'node:crypto': createNodeCipher,
  WebCrypto: createWebCipher,
};

async function codeOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return 'no error';
}

describe('the SFrame key schedule', () => {
  it('has the labels and the nonce of RFC 9605', () => {
    expect(toHex(sframeKeyInfo(suite4.kid))).to.equal(suite4.keyInfo);
    expect(toHex(sframeSaltInfo(suite4.kid))).to.equal(suite4.saltInfo);
    const nonce = new Uint8Array(12);
    writeFrameNonce(nonce, fromHex(suite4.salt), suite4.ctr);
    expect(toHex(nonce)).to.equal(suite4.nonce);
  });

  it('keeps all 32 bits of the counter in the nonce', () => {
    const nonce = new Uint8Array(12);
    writeFrameNonce(nonce, new Uint8Array(12), 0xffff_fffe);
    expect(toHex(nonce)).to.equal('0000000000000000fffffffe');
  });

  it('is synchronous in Node and a promise in browsers', async () => {
    const baseKey = fromHex(suite4.baseKey);
    expect(createCipher().sealer(baseKey, 1)).not.to.be.instanceOf(Promise);
    const promised = createBrowserCipher().sealer(baseKey, 1);
    expect(promised).to.be.instanceOf(Promise);
    await promised;
  });
});

for (const [name, createCipherOf] of Object.entries(CIPHERS)) {
  describe(`SFrame through ${name}`, () => {
    const baseKey = fromHex(suite4.baseKey);
    const metadata = fromHex(suite4.metadata);
    const plaintext = fromHex(suite4.plaintext);
    const sframe = fromHex(suite4.sealed);

    it('seals the case of RFC 9605 for suite 4', async () => {
      const sealer = await createCipherOf().sealer(baseKey, suite4.kid);
      const sealed = await sealer.seal(suite4.ctr, metadata, plaintext);
      expect(toHex(sealed)).to.equal(suite4.sealed);
    });

    it('opens the case of RFC 9605 for suite 4', async () => {
      const opener = await createCipherOf().opener(baseKey, suite4.kid);
      const opened = await opener.open(sframe, metadata);
      expect(opened && toHex(opened)).to.equal(suite4.plaintext);
    });

    it('derives the golden sender base key and seals the golden frames', async () => {
      const { secret, routeId, epoch, senderIndex, senderBaseKey, kid } = golden.keys;
      const cipher = createCipherOf();
      const base = await cipher.deriveSenderBaseKey(
        fromHex(secret),
        fromHex(routeId),
        epoch,
        senderIndex,
      );
      expect(toHex(base)).to.equal(senderBaseKey);
      expect(buildKid(senderIndex, epoch)).to.equal(kid);
      const sealer = await cipher.sealer(base, kid);
      const opener = await cipher.opener(base, kid);
      for (const frame of golden.sealedFrames) {
        const frameMetadata = fromHex(frame.metadata);
        const sealed = await sealer.seal(frame.ctr, frameMetadata, fromHex(frame.plaintext));
        expect(toHex(sealed)).to.equal(toHex(fromHex(frame.hex)));
        const opened = await opener.open(sealed, frameMetadata);
        expect(opened && toHex(opened)).to.equal(toHex(fromHex(frame.plaintext)));
      }
    });

    it('opens nothing after any single bit of object or metadata changed', async () => {
      const opener = await createCipherOf().opener(baseKey, suite4.kid);
      for (let bit = 0; bit < sframe.length * 8; bit++) {
        expect(await opener.open(flipped(sframe, bit), metadata), `bit ${bit}`).to.equal(null);
      }
      for (let bit = 0; bit < metadata.length * 8; bit++) {
        expect(await opener.open(sframe, flipped(metadata, bit)), `bit ${bit}`).to.equal(null);
      }
    });

    it('opens nothing that is cut short, empty, or sealed under another KID', async () => {
      const cipher = createCipherOf();
      const opener = await cipher.opener(baseKey, suite4.kid);
      for (let length = 0; length < sframe.length; length++) {
        expect(await opener.open(sframe.subarray(0, length), metadata)).to.equal(null);
      }
      const other = await cipher.sealer(baseKey, suite4.kid + 1);
      expect(await opener.open(await other.seal(0, metadata, plaintext), metadata)).to.equal(null);
    });

    it('refuses a counter that is reused, lower, or outside 32 bits', async () => {
      const sealer = await createCipherOf().sealer(baseKey, suite4.kid);
      await sealer.seal(5, metadata, plaintext);
      for (const ctr of [5, 4, 0]) {
        expect(await codeOf(() => sealer.seal(ctr, metadata, plaintext))).to.equal(
          'ERR_PROTOCOL_COUNTER_REUSED',
        );
      }
      for (const ctr of [-1, 1.5, NaN, 2 ** 32]) {
        expect(await codeOf(() => sealer.seal(ctr, metadata, plaintext))).to.equal(
          'ERR_PROTOCOL_OUT_OF_RANGE',
        );
      }
      await sealer.seal(0xffff_ffff, metadata, plaintext);
    });

    it('refuses a secret or a route id of a wrong length', async () => {
      const cipher = createCipherOf();
      const secret = new Uint8Array(32);
      const routeId = new Uint8Array(16);
      for (const action of [
        () => cipher.deriveSenderBaseKey(new Uint8Array(31), routeId, 0, 0),
        () => cipher.deriveSenderBaseKey(secret, new Uint8Array(17), 0, 0),
      ]) {
        expect(await codeOf(action)).to.equal('ERR_PROTOCOL_LENGTH');
      }
    });

    it('lets the caller reuse its buffers as soon as the call returned', async () => {
      const cipher = createCipherOf();
      const key = baseKey.slice();
      const [sealing, opening] = [cipher.sealer(key, suite4.kid), cipher.opener(key, suite4.kid)];
      key.fill(0);
      const [sealer, opener] = [await sealing, await opening];
      const input = plaintext.slice();
      const sealed = sealer.seal(suite4.ctr, metadata, input);
      input.fill(0);
      expect(toHex(await sealed)).to.equal(suite4.sealed);
      const received = sframe.slice();
      const opened = opener.open(received, metadata);
      received.fill(0);
      expect(toHex((await opened) ?? new Uint8Array())).to.equal(suite4.plaintext);
    });
  });
}

describe('the two ciphers', () => {
  it('derive the same keys, and each opens what the other sealed', async () => {
    const node = createNodeCipher();
    const web = createWebCipher();
    const index = fc.integer({ min: 0, max: 2 ** 28 - 1 });
    const property = fc.asyncProperty(
      bytes(32, 32),
      bytes(16, 16),
      fc.maxSafeNat(),
      index,
      u32,
      bytes(8, 8),
      bytes(0, 300),
      async (secret, routeId, epoch, senderIndex, ctr, metadata, plaintext) => {
        const baseKey = node.deriveSenderBaseKey(secret, routeId, epoch, senderIndex);
        const webKey = await web.deriveSenderBaseKey(secret, routeId, epoch, senderIndex);
        expect(toHex(webKey)).to.equal(toHex(baseKey));
        const kid = buildKid(senderIndex, epoch);
        const byNode = node.sealer(baseKey, kid).seal(ctr, metadata, plaintext);
        const byWeb = await (await web.sealer(webKey, kid)).seal(ctr, metadata, plaintext);
        expect(toHex(byWeb)).to.equal(toHex(byNode));
        expect(byNode.length).to.equal(encodeSframeHeader(kid, ctr).length + plaintext.length + 16);
        const openedByWeb = await (await web.opener(baseKey, kid)).open(byNode, metadata);
        expect(openedByWeb && toHex(openedByWeb)).to.equal(toHex(plaintext));
        const openedByNode = node.opener(webKey, kid).open(byWeb, metadata);
        expect(openedByNode && toHex(openedByNode)).to.equal(toHex(plaintext));
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
