import type { KeyObject } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type CryptoKey,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import type { CheckedKeys } from './token-keys.js';

/** Keys that are fetched have to come fast: somebody waits to be let in. */
const FETCH_TIMEOUT_MS = 1500;
/** Between two fetches for keys that are not among those which are there. */
const FETCH_COOLDOWN_MS = 30_000;
const KEPT_MS = 600_000;

type Verify = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

/** What verifies tokens with these keys. Rejects with an error of jose, or with what a fetch says. */
export function createVerifier(keys: CheckedKeys): Verify {
  const algorithms = [...keys.algorithms];
  switch (keys.kind) {
    case 'key':
      return async (token, options) => {
        const { payload } = await jwtVerify(token, keys.key, { ...options, algorithms });
        return payload;
      };
    case 'set':
      return withSet(createLocalJWKSet(keys.set), algorithms);
    case 'remote': {
      const set = createRemoteJWKSet(keys.url, {
        timeoutDuration: FETCH_TIMEOUT_MS,
        cooldownDuration: FETCH_COOLDOWN_MS,
        cacheMaxAge: KEPT_MS,
      });
      return withSet(set, algorithms);
    }
  }
}

function withSet(set: JWTVerifyGetKey, algorithms: string[]): Verify {
  return async (token, options) => {
    try {
      return (await jwtVerify(token, set, { ...options, algorithms })).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return oneOf(error, (key) => jwtVerify(token, key, { ...options, algorithms }));
    }
  };
}

/** The token names no key, and several are of its kind: one of them has to fit. */
async function oneOf(
  matching: InstanceType<typeof errors.JWKSMultipleMatchingKeys>,
  verify: (key: CryptoKey | KeyObject) => Promise<{ readonly payload: JWTPayload }>,
): Promise<JWTPayload> {
  for await (const key of matching) {
    try {
      return (await verify(key)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}
