import { PASSWORD, type Holder } from './credential-kind.js';
import type { PasswordParts } from './parts.js';
import { reachStore } from '../store/reach-store.js';

/** Id of nobody. */
const NOBODY = '00000000-0000-8000-8000-000000000000';

/** Who has this name, or `null`, after as many questions. Rejects with UNAVAILABLE. */
export function findHolder(
  { accounts, credentials, clock }: Pick<PasswordParts, 'accounts' | 'credentials' | 'clock'>,
  name: string,
): Promise<Holder | null> {
  return reachStore(clock, async () => {
    const account = await accounts.findByName(name);
    const credential = await credentials.get(account?.id ?? NOBODY, PASSWORD);
    return account && { account, credential };
  });
}
