import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { requireLength } from '../media/require-field.js';
import { concatBytes } from './concat-bytes.js';
import type { FrameCipher, Opener, Sealer } from './cipher.js';
import { CounterGuard } from './counter-guard.js';
import { encodeSframeHeader, parseSframeHeader } from './header.js';
import {
  ROUTE_SECRET_BYTES,
  SENDER_BASE_KEY_BYTES,
  senderBaseKeyInfo,
  SFRAME_SUITE,
  sframeKeyInfo,
  sframeSaltInfo,
  writeFrameNonce,
} from './key-schedule.js';

const ALGORITHM = 'aes-128-gcm';
const NO_SALT = new Uint8Array(0);

/** {@link FrameCipher} that answers at once. */
export interface NodeFrameCipher extends FrameCipher {
  deriveSenderBaseKey(
    secret: Uint8Array,
    routeId: Uint8Array,
    epoch: number,
    senderIndex: number,
  ): Uint8Array<ArrayBuffer>;
  sealer(baseKey: Uint8Array, kid: number): NodeSealer;
  opener(baseKey: Uint8Array, kid: number): NodeOpener;
}

export interface NodeSealer extends Sealer {
  seal(ctr: number, metadata: Uint8Array, plaintext: Uint8Array): Uint8Array<ArrayBuffer>;
}

export interface NodeOpener extends Opener {
  open(sframe: Uint8Array, metadata: Uint8Array): Uint8Array | null;
}

/** SFrame through node:crypto, synchronous throughout. */
export function createNodeCipher(): NodeFrameCipher {
  return {
    deriveSenderBaseKey(secret, routeId, epoch, senderIndex) {
      requireLength('route secret', secret.length, ROUTE_SECRET_BYTES, ROUTE_SECRET_BYTES);
      return hkdf(secret, senderBaseKeyInfo(routeId, epoch, senderIndex), SENDER_BASE_KEY_BYTES);
    },
    sealer: (baseKey, kid) => createSealer(deriveFrameKey(baseKey, kid), kid),
    opener: (baseKey, kid) => createOpener(deriveFrameKey(baseKey, kid), kid),
  };
}

interface FrameKey {
  readonly key: KeyObject;
  readonly salt: Uint8Array;
}

function deriveFrameKey(baseKey: Uint8Array, kid: number): FrameKey {
  const key = hkdf(baseKey, sframeKeyInfo(kid), SFRAME_SUITE.keyBytes);
  const salt = hkdf(baseKey, sframeSaltInfo(kid), SFRAME_SUITE.nonceBytes);
  return { key: createSecretKey(key), salt };
}

function hkdf(key: Uint8Array, info: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', key, NO_SALT, info, bytes));
}

function createSealer({ key, salt }: FrameKey, kid: number): NodeSealer {
  const guard = new CounterGuard();
  const nonce = new Uint8Array(SFRAME_SUITE.nonceBytes);
  return {
    seal(ctr, metadata, plaintext) {
      guard.pass(ctr);
      const header = encodeSframeHeader(kid, ctr);
      writeFrameNonce(nonce, salt, ctr);
      const cipher = createCipheriv(ALGORITHM, key, nonce);
      cipher.setAAD(concatBytes(header, metadata));
      const ciphertext = cipher.update(plaintext);
      cipher.final();
      const tagOffset = header.length + ciphertext.length;
      const sframe = new Uint8Array(tagOffset + SFRAME_SUITE.tagBytes);
      sframe.set(header);
      sframe.set(ciphertext, header.length);
      sframe.set(cipher.getAuthTag(), tagOffset);
      return sframe;
    },
  };
}

function createOpener({ key, salt }: FrameKey, kid: number): NodeOpener {
  const nonce = new Uint8Array(SFRAME_SUITE.nonceBytes);
  return {
    open(sframe, metadata) {
      const header = parseSframeHeader(sframe, 0);
      if (!header.ok || header.kid !== kid) return null;
      const tagOffset = sframe.length - SFRAME_SUITE.tagBytes;
      if (tagOffset < header.headerBytes) return null;
      writeFrameNonce(nonce, salt, header.ctr);
      const decipher = createDecipheriv(ALGORITHM, key, nonce);
      decipher.setAAD(concatBytes(sframe.subarray(0, header.headerBytes), metadata));
      decipher.setAuthTag(sframe.subarray(tagOffset));
      const plaintext = decipher.update(sframe.subarray(header.headerBytes, tagOffset));
      try {
        decipher.final();
      } catch {
        // OpenSSL has no other way to say that the tag does not fit, and this call can fail alone
        // of that.
        return null;
      }
      return plaintext;
    },
  };
}
