import { WireError } from '@sidetone/protocol';
import type { Identity } from '../contracts/authenticator.js';
import type { MemberStore } from '../contracts/member-store.js';
import { requireNotBanned } from '../organization/bans.js';
import type { Organization } from '../organization/organization.js';
import type { OrganizationRegistry } from '../organization/organization-registry.js';
import type { Revocations } from '../session/revocations.js';

/** Asked in place of an organization that is not there, so that both take the same time. */
const NOWHERE = '00000000-0000-0000-0000-000000000000';
const FULL_RETRY_MS = 10_000;

/** Somebody who may be in an organization, under the name that they have there. */
export interface Admitted {
  readonly organization: Organization;
  readonly identity: Identity;
}

interface Wanted {
  /** Id or name; without it that of the credentials, or the server's own. */
  readonly name: string | undefined;
  readonly identity: Identity;
  readonly remoteAddress: string;
}

/**
 * Where an identity goes: organization, members, bans, room. Throws `WireError`: NOT_FOUND alike for
 * an organization that is not there and one that the user may not enter, whether banned or not.
 */
export async function admitTo(
  { memberStore }: { readonly memberStore: MemberStore },
  registry: OrganizationRegistry,
  { name, identity, remoteAddress }: Wanted,
): Promise<Admitted> {
  const only = identity.organization;
  const organization = registry.find(name ?? only);
  if (only !== undefined && organization !== registry.find(only)) {
    throw new WireError('ACCESS_DENIED', 'the credentials are good for another organization');
  }
  const member = identity.guest
    ? null
    : await memberStore.get(organization?.id ?? NOWHERE, identity.userId);
  if (!organization || !mayEnter(organization, identity, member !== null)) {
    throw new WireError('NOT_FOUND', `there is no organization "${name ?? only ?? ''}"`);
  }
  const displayName = member?.displayName ?? identity.displayName;
  const admitted = { organization, identity: { ...identity, displayName } };
  requireWelcome(registry, admitted, remoteAddress);
  return admitted;
}

/** Whether the organization takes them in, bans and room aside. */
export function mayEnter({ record }: Organization, identity: Identity, member: boolean): boolean {
  if (record.admission === 'open' || identity.administrator === true) return true;
  return member;
}

/** Asked again in the turn that opens the session. Throws `WireError`. */
export function requireWelcome(
  registry: OrganizationRegistry,
  { organization, identity }: Admitted,
  remoteAddress: string | null,
): void {
  if (!registry.has(organization)) {
    throw new WireError('NOT_FOUND', `there is no organization "${organization.name}"`);
  }
  requireNotBanned(organization, identity.userId, remoteAddress);
}

/** Throws `WireError` SERVER_FULL. */
export function requireRoom({ record, sessions }: Organization): void {
  const { participantLimit } = record;
  if (participantLimit === null || sessions.size < participantLimit) return;
  throw new WireError('SERVER_FULL', `"${record.name}" is full; come again later`, {
    retryAfterMs: FULL_RETRY_MS,
    details: { participantLimit },
  });
}

/** What was proven at that mark may not be so any more. Throws `WireError`. */
export function requireUnrevoked(
  revocations: Revocations,
  { userId }: Identity,
  sinceMark: number,
): void {
  if (!revocations.happened(userId, sinceMark)) return;
  throw new WireError('AUTHENTICATION_FAILED', 'the account was changed meanwhile; sign in again');
}
