import type { DirectoryChannel, OverrideRecord, OverrideSubject } from '@sidetone/core';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import type { Author } from './author.js';
import { requireMember } from './assignment-commands.js';
import { OVERRIDES_PER_CHANNEL } from './limits.js';
import { overrideReach } from './override-reach.js';
import { rankOfSubject } from './rank-of-subject.js';
import { invalid, notFound, tooMany } from './refusal.js';
import { requireVersion } from './role-commands.js';
import type { RoleDesk } from './role-desk.js';
import {
  givenBy,
  requireBelow,
  requireGivingAt,
  requireKnown,
  requireManaging,
  requireNoAdminister,
} from './role-rules.js';

export interface OverrideDraft {
  readonly channelId: string;
  readonly subject: OverrideSubject;
  /** At most 256 of each. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Whether it holds at the channel itself. */
  readonly here: boolean;
  /** Whether it holds in all channels below it. */
  readonly below: boolean;
  /** The one that was read: another one is a VERSION_CONFLICT. Default: any. */
  readonly version?: number;
}

export function setOverride(
  desk: RoleDesk,
  author: Author,
  { version, ...draft }: OverrideDraft,
): Promise<OverrideRecord> {
  const action = { name: 'role.setOverride', details: { ...draft } };
  return desk.change(author, action, async (roles) => {
    const { channelId, subject } = draft;
    requirePermanent(managedChannel(desk, author, channelId));
    const before = roles.override(channelId, subject);
    requireVersion(before ?? { version: 0 }, version);
    requireRules(desk, author, roles, { draft, before });
    await requireSubject(desk, roles, author, subject);
    if (before === undefined && [...roles.overridesAt(channelId)].length >= OVERRIDES_PER_CHANNEL) {
      throw tooMany(`a channel has at most ${OVERRIDES_PER_CHANNEL} overrides`);
    }
    const { organizationId } = desk;
    const record = { ...draft, organizationId, version: before?.version ?? 0 };
    const written = await desk.ask(() => desk.parts.store.putOverride(record));
    const override = { ...record, version: written };
    desk.apply(roles, { kind: 'overrideChanged', override });
    return override;
  });
}

export function removeOverride(
  desk: RoleDesk,
  author: Author,
  { channelId, subject }: Pick<OverrideDraft, 'channelId' | 'subject'>,
): Promise<void> {
  const action = { name: 'role.removeOverride', details: { channelId, subject } };
  return desk.change(author, action, async (roles) => {
    managedChannel(desk, author, channelId);
    const before = roles.override(channelId, subject);
    if (before === undefined) throw notFound('there is no such override at the channel');
    await requireSubject(desk, roles, author, subject);
    const reach = overrideReach(roles, desk.parts.directory());
    requireGivingAt(author, givenBy({ allow: [], deny: [] }, before), reach(before));
    const { organizationId, parts } = desk;
    await desk.ask(() => parts.store.deleteOverride(organizationId, channelId, subject));
    desk.apply(roles, { kind: 'overrideRemoved', channelId, subject });
  });
}

export function setSealed(
  desk: RoleDesk,
  author: Author,
  { channelId, sealed }: { readonly channelId: string; readonly sealed: boolean },
): Promise<void> {
  const action = { name: 'role.seal', details: { channelId, sealed } };
  return desk.change(author, action, async (roles) => {
    const channel = managedChannel(desk, author, channelId);
    requirePermanent(channel);
    if (roles.isSealed(channelId) === sealed) return;
    const reach = overrideReach(roles, desk.parts.directory());
    const region = [...reach({ channelId, here: true, below: true })];
    for (const override of fromAbove(desk, roles, channel)) {
      requireBelow(author, await rankOfSubject(desk, roles, override.subject), 'a rule from above');
      requireGivingAt(author, sealed ? override.deny : override.allow, region);
    }
    const { organizationId, parts } = desk;
    await desk.ask(() => parts.store.setSealed(organizationId, channelId, sealed));
    desk.apply(roles, { kind: 'sealed', channelId, sealed });
  });
}

/** Throws NOT_FOUND, alike for one that is not there and one that the author may not see. */
export function seenChannel(
  { organizationId, parts }: RoleDesk,
  author: Author,
  channelId: string,
): DirectoryChannel {
  const channel = parts.directory().channel(channelId);
  if (channel?.organizationId === organizationId && author.allows('VIEW', channelId)) {
    return channel;
  }
  throw notFound(`there is no channel "${channelId}"`);
}

export function requirePermanent({ name, temporary }: DirectoryChannel): void {
  if (!temporary) return;
  throw invalid(`"${name}" is temporary: no rules are kept for it`, '/channel');
}

export function managedChannel(
  desk: RoleDesk,
  author: Author,
  channelId: string,
): DirectoryChannel {
  const channel = seenChannel(desk, author, channelId);
  requireManaging(author, channelId);
  return channel;
}

function requireRules(
  { parts: { catalog, directory } }: RoleDesk,
  author: Author,
  roles: OrganizationRoles,
  {
    draft,
    before,
  }: {
    readonly draft: Omit<OverrideDraft, 'version'>;
    readonly before: OverrideRecord | undefined;
  },
): void {
  const { allow, deny, here, below } = draft;
  if (!here && !below) throw invalid('it has to hold here, below, or both', '/here');
  const both = allow.find((permission) => deny.includes(permission));
  if (both !== undefined) throw invalid(`${both} is both allowed and denied`, '/deny');
  requireNoAdminister(draft);
  const has = (name: string): boolean => catalog().has(name);
  requireKnown(allow, before?.allow ?? [], has, '/allow');
  requireKnown(deny, before?.deny ?? [], has, '/deny');
  const reach = overrideReach(roles, directory());
  const same = before?.here === here && before.below === below;
  if (same) return requireGivingAt(author, givenBy(draft, before), reach(draft));
  // What held elsewhere is given anew here.
  requireGivingAt(author, allow, reach(draft));
  if (before !== undefined) requireGivingAt(author, before.deny, reach(before));
}

/** Whom it is about stands below the author, and is there. */
async function requireSubject(
  desk: RoleDesk,
  roles: OrganizationRoles,
  author: Author,
  subject: OverrideSubject,
): Promise<void> {
  if (subject.kind === 'role') {
    const role = roles.role(subject.id);
    if (role === undefined) throw notFound(`there is no role "${subject.id}"`);
    requireBelow(author, role.rank, `the role "${role.name}"`);
    return;
  }
  await requireMember(desk, subject.id, false);
  requireBelow(author, await rankOfSubject(desk, roles, subject), 'that user');
}

/** Overrides that reach the channel from above, or would if it were not sealed. */
function* fromAbove(
  { parts }: RoleDesk,
  roles: OrganizationRoles,
  channel: DirectoryChannel,
): Iterable<OverrideRecord> {
  const directory = parts.directory();
  let parent = channel.parentId === null ? undefined : directory.channel(channel.parentId);
  while (parent !== undefined) {
    for (const override of roles.overridesAt(parent.id)) if (override.below) yield override;
    if (roles.isSealed(parent.id)) return;
    parent = parent.parentId === null ? undefined : directory.channel(parent.parentId);
  }
}
