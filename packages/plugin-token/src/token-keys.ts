import { createPublicKey, KeyObject } from 'node:crypto';
import { isLoopback } from '@sidetone/core';
import type { JSONWebKeySet } from 'jose';

/** What tokens are checked with: exactly one of the four. */
export type TokenKeys =
  /** Shared with the backend that mints: at least 32 bytes; of a text those of its UTF-8. */
  | { readonly secret: string | Uint8Array }
  /** In PEM, or as a `KeyObject`: RSA from 2,048 bits, P-256, P-384, P-521 or Ed25519. */
  | { readonly publicKey: string | KeyObject }
  /** Public keys, up to 64. */
  | { readonly jwks: JSONWebKeySet }
  /** Where the public keys are to be had: https, or http on loopback. */
  | { readonly jwksUrl: string | URL };

/** Keys that were looked at, with the only algorithms that a token may name for them. */
export type CheckedKeys = { readonly algorithms: readonly string[] } & (
  | { readonly kind: 'key'; readonly key: Uint8Array | KeyObject }
  | { readonly kind: 'set'; readonly set: JSONWebKeySet }
  | { readonly kind: 'remote'; readonly url: URL }
);

const RSA_PKCS1 = ['RS256', 'RS384', 'RS512'];
const RSA_PSS = ['PS256', 'PS384', 'PS512'];
const EDDSA = ['EdDSA', 'Ed25519'];
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};
const ASYMMETRIC = [...RSA_PKCS1, ...RSA_PSS, ...Object.values(CURVES), ...EDDSA];
const KINDS = ['secret', 'publicKey', 'jwks', 'jwksUrl'] as const;
const KEY_TYPES: readonly unknown[] = ['RSA', 'EC', 'OKP'];
const LEAST_RSA_BITS = 2048;
const MAX_KEYS = 64;

/** The keys, or what is wrong with them, in words that do not repeat them. */
export function checkKeys(keys: unknown): CheckedKeys | string {
  if (typeof keys !== 'object' || keys === null) return `keys must be one of ${KINDS.join(', ')}`;
  const given = keys as Record<string, unknown>;
  const names = Object.keys(given);
  const [kind] = names;
  if (names.length !== 1 || kind === undefined) return `keys must be one of ${KINDS.join(', ')}`;
  switch (kind) {
    case 'secret':
      return checkSecret(given[kind]);
    case 'publicKey':
      return checkPublicKey(given[kind]);
    case 'jwks':
      return checkSet(given[kind]);
    case 'jwksUrl':
      return checkUrl(given[kind]);
    default:
      return `keys "${kind}" is not known: use one of ${KINDS.join(', ')}`;
  }
}

function checkSecret(secret: unknown): CheckedKeys | string {
  const isText = typeof secret === 'string';
  if (!isText && !(secret instanceof Uint8Array)) return 'keys.secret must be a text or bytes';
  const key = isText ? new TextEncoder().encode(secret) : Uint8Array.from(secret);
  // RFC 7518 section 3.2: a key at least as long as the hash.
  const algorithms = [256, 384, 512]
    .filter((bits) => key.length * 8 >= bits)
    .map((bits) => `HS${bits}`);
  if (algorithms.length === 0) return 'keys.secret is too short: use at least 32 random bytes';
  return { kind: 'key', key, algorithms };
}

function checkPublicKey(given: unknown): CheckedKeys | string {
  const key = readPublicKey(given);
  if (key === null) return 'keys.publicKey must be a public key in PEM, or a KeyObject of one';
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  const isShort = (details.modulusLength ?? 0) < LEAST_RSA_BITS;
  if (type === 'rsa' && !isShort) {
    return { kind: 'key', key, algorithms: [...RSA_PKCS1, ...RSA_PSS] };
  }
  if (type === 'ed25519') return { kind: 'key', key, algorithms: EDDSA };
  const curve = CURVES[details.namedCurve ?? ''];
  if (type === 'ec' && curve !== undefined) return { kind: 'key', key, algorithms: [curve] };
  return `keys.publicKey is of no use: it must be RSA with at least ${LEAST_RSA_BITS} bits, P-256, P-384, P-521 or Ed25519`;
}

function readPublicKey(given: unknown): KeyObject | null {
  if (given instanceof KeyObject) return given.type === 'public' ? given : null;
  // The public key could be made of a private one, which has no business here.
  if (typeof given !== 'string' || given.includes('PRIVATE KEY')) return null;
  try {
    return createPublicKey(given);
  } catch {
    return null;
  }
}

function checkSet(given: unknown): CheckedKeys | string {
  const keys: unknown =
    typeof given === 'object' && given !== null ? (given as { keys?: unknown }).keys : null;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_KEYS) {
    return `keys.jwks must have 1 to ${MAX_KEYS} keys`;
  }
  for (const [index, key] of (keys as unknown[]).entries()) {
    const { kty, d, k } = (key ?? {}) as Record<string, unknown>;
    if (!KEY_TYPES.includes(kty)) return `keys.jwks.keys[${index}] must be of RSA, EC or OKP`;
    if (d !== undefined || k !== undefined) {
      return `keys.jwks.keys[${index}] is a private key: give public ones`;
    }
  }
  return { kind: 'set', set: structuredClone(given as JSONWebKeySet), algorithms: ASYMMETRIC };
}

function checkUrl(given: unknown): CheckedKeys | string {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : null;
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(hostOf(url)));
  if (url === null || !isSafe) {
    return 'keys.jwksUrl must be an https address; http is for loopback';
  }
  return { kind: 'remote', url, algorithms: ASYMMETRIC };
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
