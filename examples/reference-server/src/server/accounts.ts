import type { Plugin } from '@sidetone/core';
import { password } from '@sidetone/plugin-password';
import type { Settings } from '../config/settings.js';
import { areGuestsAllowed, guests } from './guests.js';
import { tokenPlugin } from './tokens.js';

/** The ways in that the configuration chooses. */
export function accountPlugins(settings: Settings): readonly Plugin[] {
  const { accounts, passwords, server } = settings;
  const tokens = tokenPlugin(settings);
  return [
    password({
      ...passwords,
      registration: accounts.registration,
      // Shorter words would forbid too much.
      blockedWords: ['Sidetone', ...(server.name.length >= 3 ? [server.name] : [])],
    }),
    ...(tokens === null ? [] : [tokens]),
    ...(areGuestsAllowed(settings) ? [guests()] : []),
  ];
}
