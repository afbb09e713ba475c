import {
  AccessPolicy,
  Authenticator,
  GuestAuthenticator,
  OpenAccessPolicy,
  type Plugin,
  type SubjectAccess,
  type AccessSubject,
} from '@sidetone/core';
import { postgres } from '@sidetone/plugin-postgres';
import { sqlite } from '@sidetone/plugin-sqlite';

/** Where a server keeps things: a path, or a URL. */
export function storageAt(location: string): Plugin {
  return location.startsWith('postgres:')
    ? postgres({ url: location })
    : sqlite({ file: location });
}

/** Guests beside users with passwords. */
export function guests(): Plugin {
  return {
    name: 'guests',
    version: '1.0.0',
    provides: [Authenticator],
    setup(ctx) {
      ctx.provide(Authenticator, () => new GuestAuthenticator());
    },
  };
}

/** The default policy, but for one who may not listen. */
export function speakOnlyPolicy(name: string): Plugin {
  return policy('speak-only-policy', ({ identity }, access) => {
    if (identity.displayName !== name) return access;
    return {
      ...access,
      allows: (permission, scope) => permission !== 'LISTEN' && access.allows(permission, scope),
    };
  });
}

/** The default policy, but that everybody may make and change channels. */
export function editingPolicy(): Plugin {
  return policy('editing-policy', (_subject, access) => ({
    ...access,
    allows: (permission, scope) => /_CHANNEL$/.test(permission) || access.allows(permission, scope),
  }));
}

function policy(
  name: string,
  change: (subject: AccessSubject, access: SubjectAccess) => SubjectAccess,
): Plugin {
  return {
    name,
    version: '1.0.0',
    provides: [AccessPolicy],
    setup(ctx) {
      const open = new OpenAccessPolicy();
      ctx.provide(AccessPolicy, () => ({
        onChange: () => open.onChange(),
        load: async (subject) => change(subject, await open.load(subject)),
      }));
    },
  };
}
