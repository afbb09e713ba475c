import { createToken, type Token } from '../token.js';
import type { Portable, Versioned } from './stored-record.js';

/** A user's own settings: gain and pan of nets, keys, devices. The server keeps and never reads them. */
export interface SettingsRecord extends Versioned {
  readonly userId: string;
  /** JSON text, at most 64 KiB in UTF-8. */
  readonly document: string;
}

/** Keeps one document per user with an account. Exports `settings`. */
export interface SettingsStore extends Portable {
  get(userId: string): Promise<SettingsRecord | null>;
  /** `ERR_STORE_REFERENCE` for an unknown user. */
  put(record: SettingsRecord): Promise<number>;
}

export const SettingsStore: Token<SettingsStore> = createToken('SettingsStore');
