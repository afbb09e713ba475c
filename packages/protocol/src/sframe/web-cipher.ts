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

const GCM = 'AES-GCM';
const NO_SALT = new Uint8Array(0);

/**
 * SFrame through WebCrypto, for browsers and for runtimes without node:crypto; every answer is a
 * promise. Browsers give `crypto.subtle` to secure contexts only (https, or localhost).
 */
export function createWebCipher(): FrameCipher {
  return {
    async deriveSenderBaseKey(secret, routeId, epoch, senderIndex) {
      requireLength('route secret', secret.length, ROUTE_SECRET_BYTES, ROUTE_SECRET_BYTES);
      const info = senderBaseKeyInfo(routeId, epoch, senderIndex);
      return expand(await importSecret(secret), info, SENDER_BASE_KEY_BYTES);
    },
    sealer: async (baseKey, kid) => createSealer(await deriveFrameKey(baseKey, kid), kid),
    opener: async (baseKey, kid) => createOpener(await deriveFrameKey(baseKey, kid), kid),
  };
}

interface FrameKey {
  readonly key: CryptoKey;
  readonly salt: Uint8Array;
}

async function deriveFrameKey(baseKey: Uint8Array, kid: number): Promise<FrameKey> {
  const secret = await importSecret(baseKey);
  const [key, salt] = await Promise.all([
    crypto.subtle.deriveKey(
      hkdf(sframeKeyInfo(kid)),
      secret,
      { name: GCM, length: SFRAME_SUITE.keyBytes * 8 },
      false,
      ['encrypt', 'decrypt'],
    ),
    expand(secret, sframeSaltInfo(kid), SFRAME_SUITE.nonceBytes),
  ]);
  return { key, salt };
}

function importSecret(secret: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', owned(secret), 'HKDF', false, ['deriveKey', 'deriveBits']);
}

async function expand(
  secret: CryptoKey,
  info: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf(info), secret, bytes * 8));
}

function hkdf(info: Uint8Array<ArrayBuffer>): HkdfParams {
  return { name: 'HKDF', hash: 'SHA-256', salt: NO_SALT, info };
}

function createSealer({ key, salt }: FrameKey, kid: number): Sealer {
  const guard = new CounterGuard();
  return {
    async seal(ctr, metadata, plaintext) {
      guard.pass(ctr);
      const header = encodeSframeHeader(kid, ctr);
      const algorithm = gcm(salt, ctr, concatBytes(header, metadata));
      const sealed = await crypto.subtle.encrypt(algorithm, key, owned(plaintext));
      return concatBytes(header, new Uint8Array(sealed));
    },
  };
}

function createOpener({ key, salt }: FrameKey, kid: number): Opener {
  return {
    async open(sframe, metadata) {
      const header = parseSframeHeader(sframe, 0);
      if (!header.ok || header.kid !== kid) return null;
      const { ctr, headerBytes } = header;
      if (sframe.length - headerBytes < SFRAME_SUITE.tagBytes) return null;
      const algorithm = gcm(salt, ctr, concatBytes(sframe.subarray(0, headerBytes), metadata));
      try {
        const sealed = owned(sframe.subarray(headerBytes));
        return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed));
      } catch (error) {
        if (isTagMismatch(error)) return null;
        throw error;
      }
    },
  };
}

function gcm(salt: Uint8Array, ctr: number, additional: Uint8Array<ArrayBuffer>): AesGcmParams {
  const iv = new Uint8Array(SFRAME_SUITE.nonceBytes);
  writeFrameNonce(iv, salt, ctr);
  return { name: GCM, iv, additionalData: additional, tagLength: SFRAME_SUITE.tagBytes * 8 };
}

/** The Web Cryptography API, AES-GCM decrypt step 8: a tag that does not fit. */
function isTagMismatch(error: unknown): boolean {
  return error instanceof Error && error.name === 'OperationError';
}

/** WebCrypto refuses bytes on a SharedArrayBuffer; those are copied, all others are passed on. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? (bytes as Uint8Array<ArrayBuffer>)
    : new Uint8Array(bytes);
}
