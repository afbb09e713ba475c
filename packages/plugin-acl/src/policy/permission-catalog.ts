import { permissions, type Permission } from '@sidetone/protocol';
import type { PermissionName } from '@sidetone/core';
import { aclError } from '../error-codes.js';
import type { PermissionDeclaration } from './permission-declaration.js';

export interface CatalogEntry {
  readonly name: PermissionName;
  readonly description: string;
}

const NAME = /^[a-z][a-zA-Z0-9]*(\.[a-zA-Z][a-zA-Z0-9]*)+$/;
const MAX_NAME = 64;

const descriptions: Readonly<Record<Permission, string>> = {
  VIEW: 'See the channel and who is in it; without it nothing else is allowed there.',
  JOIN: 'Join the channel.',
  LISTEN: 'Hear what is said in it.',
  SPEAK: 'Talk in it.',
  WHISPER: 'Talk to single participants.',
  SHOUT: 'Talk to the channel and all below it.',
  PRIORITY: 'Talk in the priority class.',
  EMERGENCY: 'Talk in the emergency class.',
  TEXT: 'Send text.',
  MUTE: 'Mute others of no higher rank.',
  DEAFEN: 'Deafen others of no higher rank.',
  MOVE: 'Move others of no higher rank to another channel.',
  KICK: 'Take others of no higher rank out of a channel, or off the server.',
  BAN: 'Keep others of no higher rank away, and manage bans.',
  CREATE_CHANNEL: 'Create channels below it that stay.',
  CREATE_TEMPORARY: 'Create channels below it that go with their last participant.',
  EDIT_CHANNEL: 'Change its name, topic, limits, password and net.',
  DELETE_CHANNEL: 'Delete it with all below it.',
  PATCH: 'Join it with other nets for a while.',
  SET_STANCE: 'Say which priority talking on it needs.',
  MANAGE_ROLES: 'Manage lower roles, who has them, and overrides.',
  MANAGE_MEMBERS: 'Manage members and invites.',
  BYPASS_PASSWORD: 'Join it without its password.',
  BYPASS_LIMIT: 'Join it although it is full.',
  RECORD: 'Record it.',
  ADMINISTER: 'Everything, everywhere in the organization.',
};

/** Every permission that there is now: those of core, and those that plugins have declared. */
export class PermissionCatalog {
  readonly #entries: ReadonlyMap<string, CatalogEntry>;
  readonly #declared: readonly PermissionName[];

  /** Throws `ERR_ACL_PERMISSION_NAME` for a name that is taken or has not the right form. */
  constructor(declarations: readonly PermissionDeclaration[]) {
    const entries = new Map<string, CatalogEntry>();
    for (const name of permissions) entries.set(name, { name, description: descriptions[name] });
    for (const { name, description } of declarations) {
      if (!NAME.test(name) || name.length > MAX_NAME || entries.has(name)) {
        throw aclError(
          'ERR_ACL_PERMISSION_NAME',
          `the permission "${name}" cannot be declared: use a name like "dice.roll", at most ${MAX_NAME} characters, that no other plugin has`,
        );
      }
      entries.set(name, { name, description });
    }
    this.#entries = entries;
    this.#declared = declarations.map(({ name }) => name);
  }

  has(name: string): name is PermissionName {
    return this.#entries.has(name);
  }

  /** Those of plugins. */
  declared(): readonly PermissionName[] {
    return this.#declared;
  }

  all(): readonly CatalogEntry[] {
    return [...this.#entries.values()];
  }
}
