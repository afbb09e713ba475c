import { AccessPolicy, type Plugin } from '../../src/index.js';

/** A policy under which everybody may do everything. */
export const everythingAllowed: Plugin = {
  name: 'everything-allowed',
  version: '1.0.0',
  provides: [AccessPolicy],
  setup(ctx) {
    ctx.provide(AccessPolicy, () => ({
      load: () =>
        Promise.resolve({
          allows: () => true,
          explain: () => ({ allowed: true, because: [] }),
        }),
      onChange: () => () => {},
    }));
  },
};
