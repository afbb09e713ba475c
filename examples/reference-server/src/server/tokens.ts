import type { Plugin } from '@sidetone/core';
import { token, type TokenOptions } from '@sidetone/plugin-token';
import type { Secret } from '../config/secret.js';
import type { Settings } from '../config/settings.js';

/** Sign-in with tokens of another program; `null` where the configuration has none. */
export function tokenPlugin({ tokens, tokenKeys }: Settings): Plugin | null {
  const { issuer, audience, jwksUrl, organizationClaim, rolesClaim, nameClaim, maxLifetimeS } =
    tokens;
  if (issuer === null) return null;
  return token({
    issuer,
    audience,
    keys: keysOf(tokenKeys, jwksUrl),
    nameClaim,
    maxLifetimeS,
    ...(organizationClaim === null ? {} : { organizationClaim }),
    ...(rolesClaim === null ? {} : { rolesClaim }),
  });
}

/** What it is shows at its beginning; a shared secret has no form. */
function keysOf(secret: Secret | null, jwksUrl: string | null): TokenOptions['keys'] {
  const text = secret?.reveal() ?? '';
  if (secret === null) return { jwksUrl: jwksUrl ?? '' };
  if (text.startsWith('-----BEGIN')) return { publicKey: text };
  return text.startsWith('{') ? { jwks: parseSet(text) } : { secret: text };
}

type KeySet = Extract<TokenOptions['keys'], { readonly jwks: unknown }>['jwks'];

function parseSet(text: string): KeySet {
  try {
    return JSON.parse(text) as KeySet;
  } catch {
    // What the parser says has parts of it.
    throw new Error('the keys of tokens begin like a JWKS and are no JSON: look at tokens.keyFile');
  }
}
