import { aclError } from '../error-codes.js';

export interface GroupPushOptions {
  /**
   * What a push is signed with: a text of at least 32 bytes, or `whsec_` and at least 32 bytes in
   * base64. Whoever has it sets the roles that are managed.
   */
  readonly secret: string;
  /**
   * Names of the roles that are set from outside, in whatever organization, 1 to 64. A role that
   * administers is among them only where it is named here.
   */
  readonly managedRoles: readonly string[];
  /** Where it is to be sent. Default `/sidetone/groups`. */
  readonly path?: string;
}

export interface ResolvedGroupPushOptions {
  readonly key: Buffer;
  readonly managedRoles: readonly string[];
  readonly path: string;
}

const LEAST_KEY_BYTES = 32;
const MOST_KEY_BYTES = 1024;
const MOST_ROLES = 64;
const PREFIX = 'whsec_';

/** Fills in the defaults; all problems are reported in one `ERR_ACL_OPTIONS`, without the secret. */
export function resolveGroupPushOptions(options: GroupPushOptions): ResolvedGroupPushOptions {
  const { secret, managedRoles, path = '/sidetone/groups', ...unknown } = options;
  const key = typeof secret === 'string' ? keyOf(secret) : Buffer.alloc(0);
  const problems = [
    ...Object.keys(unknown).map((name) => `"${name}" is not an option`),
    ...(key.length >= LEAST_KEY_BYTES && key.length <= MOST_KEY_BYTES
      ? []
      : [`secret must have ${LEAST_KEY_BYTES} to ${MOST_KEY_BYTES} bytes`]),
    ...(areNames(managedRoles)
      ? []
      : [`managedRoles must be 1 to ${MOST_ROLES} names of 1 to 80 characters`]),
    ...(typeof path === 'string' && /^\/[\w./-]{1,200}$/.test(path)
      ? []
      : [
          `path "${String(path)}" must begin with / and have letters, digits, ".", "_", "-" and "/"`,
        ]),
  ];
  if (problems.length > 0) {
    throw aclError(
      'ERR_ACL_OPTIONS',
      `groupPush() cannot use these options: ${problems.join('; ')}`,
      { details: { problems } },
    );
  }
  return Object.freeze({ key, managedRoles: Object.freeze([...managedRoles]), path });
}

function keyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
}

function areNames(names: unknown): boolean {
  return (
    Array.isArray(names) &&
    names.length > 0 &&
    names.length <= MOST_ROLES &&
    names.every((name) => typeof name === 'string' && name.length > 0 && name.length <= 80)
  );
}
