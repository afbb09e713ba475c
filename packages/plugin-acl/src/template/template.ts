import type { ImplicitRole, NetPlanEntry } from '@sidetone/core';
import type { Permission } from '@sidetone/protocol';

/** Roles, channels and rules that an organization may begin with, as data. */
export interface Template {
  readonly roles: readonly TemplateRole[];
  /** Parents before what is below them; names are unique in a template. */
  readonly channels: readonly TemplateChannel[];
  readonly overrides: readonly TemplateOverride[];
}

export interface TemplateRole {
  readonly name: string;
  readonly rank: number;
  readonly implicit: ImplicitRole | null;
  readonly permissions: readonly Permission[];
  readonly nets: readonly TemplateNet[];
}

/** `channel` by its name in the template. */
export interface TemplateNet extends Omit<NetPlanEntry, 'channelId'> {
  readonly channel: string;
}

export interface TemplateChannel {
  readonly name: string;
  readonly parent: string | null;
  readonly topic: string;
}

export interface TemplateOverride {
  readonly channel: string;
  /** By name; or all that people have by themselves, those in a channel aside. */
  readonly role: string | { readonly implicit: true };
  readonly allow: readonly Permission[];
  readonly deny: readonly Permission[];
  readonly here: boolean;
  readonly below: boolean;
}
