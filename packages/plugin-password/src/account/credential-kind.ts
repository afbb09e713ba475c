import type { AccountRecord, CredentialRecord } from '@sidetone/core';

/** Of the credentials that this plugin keeps. */
export const PASSWORD = 'password';

/** In the place of a hash: fits no password. */
export const NO_PASSWORD = '!';

/** An account, as far as it is known, with its password. */
export interface Holder {
  readonly account: AccountRecord;
  readonly credential: CredentialRecord | null;
}
