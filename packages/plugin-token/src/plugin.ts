import { Authenticator, Clock, type Plugin } from '@sidetone/core';
import { resolveTokenOptions, type TokenOptions } from './options.js';
import { TokenAuthenticator } from './token-authenticator.js';

/**
 * Sign-in with tokens that the backend of an app mints: provides the authenticator `token`. Throws
 * `ERR_TOKEN_OPTIONS` at once.
 */
export function token(options: TokenOptions): Plugin {
  const resolved = resolveTokenOptions(options);
  return {
    name: '@sidetone/plugin-token',
    version: '0.1.0',
    requires: [Clock],
    provides: [Authenticator],
    setup(context) {
      const clock = context.get(Clock);
      const parts = { options: resolved, clock, log: context.log };
      context.provide(Authenticator, () => new TokenAuthenticator(parts));
    },
  };
}
