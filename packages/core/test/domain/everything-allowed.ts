import { AccessPolicy, type Plugin } from '../../src/index.js';

/** A policy under which everybody may do everything that is not in `denied`. */
export function allowing(denied: ReadonlySet<string>): Plugin {
  return {
    name: 'allowing',
    version: '1.0.0',
    provides: [AccessPolicy],
    setup(ctx) {
      ctx.provide(AccessPolicy, () => ({
        load: () =>
          Promise.resolve({
            allows: (permission) => !denied.has(permission),
            explain: (permission) => ({ allowed: !denied.has(permission), because: [] }),
          }),
        onChange: () => () => {},
      }));
    },
  };
}

export const everythingAllowed: Plugin = allowing(new Set());
