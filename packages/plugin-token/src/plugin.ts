import { AccountStore, Authenticator, Clock, type Plugin } from '@sidetone/core';
import { resolveTokenOptions, type TokenOptions } from './options.js';
import { TokenAccounts } from './token-accounts.js';
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
    requires: [AccountStore, Clock],
    provides: [Authenticator],
    setup(context) {
      const clock = context.get(Clock);
      const accounts = resolved.provisioning
        ? new TokenAccounts({ accounts: context.get(AccountStore), clock })
        : null;
      const parts = { options: resolved, clock, log: context.log, accounts };
      context.provide(Authenticator, () => new TokenAuthenticator(parts));
    },
  };
}
