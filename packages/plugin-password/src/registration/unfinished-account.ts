import { foldName, stableId, type AccountRecord } from '@sidetone/core';

/**
 * What a registration begins with: a disabled account in its first version, whose id says that it
 * was made by a registration. It is enabled, in its second version, when all else is kept, so a
 * registration that was cut short is known by its account, and whoever asks for the name goes on
 * with it.
 */
export function unfinishedAccount(
  name: string,
  displayName: string,
  createdAt: number,
): AccountRecord {
  const id = idOf(name, createdAt);
  return {
    id,
    name,
    displayName,
    disabled: true,
    administrator: false,
    createdAt,
    version: 0,
  };
}

export function isUnfinished(account: AccountRecord): boolean {
  const { id, name, disabled, administrator, createdAt, version } = account;
  return disabled && !administrator && version === 1 && id === idOf(name, createdAt);
}

function idOf(name: string, createdAt: number): string {
  return stableId('registration', foldName(name), String(createdAt));
}
