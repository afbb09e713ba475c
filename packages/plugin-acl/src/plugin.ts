import {
  AccessPolicy,
  Directory,
  Metrics,
  RoleStore,
  type Plugin,
  type PluginContext,
} from '@sidetone/core';
import {
  providedTokens,
  requiredTokens,
  setUpAdministration,
} from './administration/set-up-administration.js';
import { PermissionCatalog } from './policy/permission-catalog.js';
import { PermissionDeclaration } from './policy/permission-declaration.js';
import { RoleAccessPolicy } from './policy/role-access-policy.js';
import { RoleBooks } from './policy/role-books.js';

/**
 * Roles and permissions: provides the `AccessPolicy` that decides by what the `RoleStore` has. The
 * start fails with `ERR_ACL_PERMISSION_NAME` where plugins declare permissions that cannot be.
 */
export function acl(): Plugin {
  return {
    name: '@sidetone/plugin-acl',
    version: '0.1.0',
    requires: [Metrics, ...requiredTokens],
    provides: [AccessPolicy, ...providedTokens],
    setup(context) {
      const books = createBooks(context);
      const directory = (): Directory => context.get(Directory);
      let declared = new PermissionCatalog([]);
      const catalog = (): PermissionCatalog => declared;
      context.provide(AccessPolicy, () => new RoleAccessPolicy({ books, directory, catalog }));
      setUpAdministration(context, { books, catalog });
      let stop = (): void => {};
      context.onReady(async () => {
        // Only now, as plugins that declare permissions may be set up after this one.
        declared = new PermissionCatalog(context.getAll(PermissionDeclaration));
        stop = await books.follow();
      });
      context.onClose(() => stop());
    },
  };
}

function createBooks(context: PluginContext): RoleBooks {
  const compiled = context.get(Metrics).counter('access.compiled');
  return new RoleBooks({
    store: context.get(RoleStore),
    directory: () => context.get(Directory),
    compiled: () => compiled.add(),
    log: context.log,
  });
}
