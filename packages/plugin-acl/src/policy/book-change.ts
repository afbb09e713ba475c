import type { OverrideRecord, OverrideSubject, RoleRecord } from '@sidetone/core';

/** One change of a book, as the store has accepted it. */
export type BookChange =
  /** New or changed, with the version that the store has now. */
  | { readonly kind: 'roleChanged'; readonly role: RoleRecord }
  /** With its assignments and the overrides about it. */
  | { readonly kind: 'roleRemoved'; readonly roleId: string }
  | {
      readonly kind: 'assigned' | 'unassigned';
      readonly roleId: string;
      readonly userId: string;
    }
  | { readonly kind: 'overrideChanged'; readonly override: OverrideRecord }
  | {
      readonly kind: 'overrideRemoved';
      readonly channelId: string;
      readonly subject: OverrideSubject;
    }
  | { readonly kind: 'sealed'; readonly channelId: string; readonly sealed: boolean }
  /** With what was assigned to the user, and the overrides about the user. */
  | { readonly kind: 'memberRemoved'; readonly userId: string };
