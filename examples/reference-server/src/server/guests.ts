import { Authenticator, GuestAuthenticator, isLoopback, type Plugin } from '@sidetone/core';
import type { Settings } from '../config/settings.js';

export function areGuestsAllowed({ accounts, listen }: Settings): boolean {
  switch (accounts.guests) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'loopback':
      return isLoopback(listen.host);
  }
}

/** Core's own way in without an account, beside those of other plugins. */
export function guests(): Plugin {
  return {
    name: 'guests',
    version: '0.1.0',
    provides: [Authenticator],
    setup(context) {
      context.provide(Authenticator, () => new GuestAuthenticator());
    },
  };
}
