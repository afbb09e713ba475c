import { createToken, type PermissionName, type Token } from '@sidetone/core';

/**
 * A permission that a plugin brings. Provide one for each, and ask `AccessPolicy` under its name.
 * Roles may have it from then on; where the plugin is gone it stays in them and does nothing.
 */
export interface PermissionDeclaration {
  /** `area.name`, for instance `dice.roll`; at most 64 characters. */
  readonly name: Extract<PermissionName, `${string}.${string}`>;
  /** For people: what it allows. */
  readonly description: string;
}

export const PermissionDeclaration: Token<PermissionDeclaration> = createToken(
  'PermissionDeclaration',
  { many: true },
);
