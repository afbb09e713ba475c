import { provideStores, storeTokens, type Plugin, type StoreSet } from '../../src/index.js';

/** Stores that outlive the server which they are given to. */
export function database(stores: StoreSet): Plugin {
  return {
    name: 'database',
    version: '1.0.0',
    provides: Object.values(storeTokens),
    setup: (ctx) => provideStores(ctx, stores),
  };
}
