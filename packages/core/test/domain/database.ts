import {
  AccountStore,
  BanStore,
  ChannelStore,
  IdempotencyStore,
  MemberStore,
  OrganizationStore,
  ResumeTokenStore,
  type Plugin,
  type StoreSet,
} from '../../src/index.js';

/** Stores that outlive the server which they are given to. */
export function database(stores: StoreSet): Plugin {
  const all = [
    [AccountStore, stores.accounts],
    [BanStore, stores.bans],
    [ChannelStore, stores.channels],
    [IdempotencyStore, stores.idempotency],
    [MemberStore, stores.members],
    [OrganizationStore, stores.organizations],
    [ResumeTokenStore, stores.resumeTokens],
  ] as const;
  return {
    name: 'database',
    version: '1.0.0',
    provides: all.map(([token]) => token),
    setup(ctx) {
      for (const [token, store] of all) ctx.provide<object>(token, () => store);
    },
  };
}
