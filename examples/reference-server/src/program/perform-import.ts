import { createReadStream } from 'node:fs';
import { importAll, pinoLogger, type StoreSet } from '@sidetone/core';
import { withoutServer } from '../administration/carry-out.js';
import { loadSettings } from '../config/load-settings.js';
import type { Settings } from '../config/settings.js';
import { DataFolder } from '../folder/data-folder.js';
import { openStores } from '../server/storage.js';
import { confirm } from './confirm.js';
import type { Performed, Surroundings } from './performed.js';

export async function performImport(
  file: string,
  { env, yes, ...around }: Surroundings & { readonly yes: boolean },
): Promise<Performed> {
  const settings = await loadSettings(env);
  await new DataFolder(settings.dataDir).make();
  const lock = await withoutServer(settings);
  try {
    return await importInto(settings, file, async (stores) => {
      if (yes || (await isEmpty(stores))) return;
      const question =
        'There are accounts or organizations here already. Take the import in beside them?';
      await confirm(question, around);
    });
  } finally {
    lock.release();
  }
}

async function importInto(
  settings: Settings,
  file: string,
  mayBegin: (stores: StoreSet) => Promise<void>,
): Promise<Performed> {
  const opened = await openStores(settings, pinoLogger({ level: settings.log.level }));
  try {
    await mayBegin(opened.stores);
    const text = file === '-' ? process.stdin : createReadStream(file);
    const records = await importAll(opened.stores, text);
    return { result: { records }, text: `${records} records are taken in.`, exitCode: 0 };
  } finally {
    await opened.close();
  }
}

async function isEmpty(stores: StoreSet): Promise<boolean> {
  const [accounts, organizations] = [
    await stores.accounts.list({ limit: 1 }),
    await stores.organizations.load(),
  ];
  return accounts.length === 0 && organizations.length === 0;
}
