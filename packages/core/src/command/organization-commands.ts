import { mayEnter } from '../control/admittance.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import type { Session } from '../session/session.js';
import { requireSession, type Commands } from './command.js';

/** What a user may know of the organizations of the server. */
export const organizationCommands: Pick<Commands, 'organization.list'> = {
  'organization.list': {
    cost: 2,
    audited: false,
    async run(context) {
      const { world } = context;
      const session = requireSession(context);
      const memberships = await membershipsOf(world, session);
      const organizations = [...world.registry.all()]
        .filter((each) => isOpenTo(each, session, memberships, world))
        .map(({ id, name }) => ({ id, name }))
        .sort((a, b) => a.name.localeCompare(b.name));
      return { organizations };
    },
  },
};

/** The store is asked only where the answer can depend on it. */
async function membershipsOf(
  { registry, dependencies }: World,
  { identity }: Session,
): Promise<ReadonlySet<string>> {
  const closed = [...registry.all()].some(({ record }) => record.admission === 'members');
  if (!closed || identity.guest) return new Set();
  return new Set(await dependencies.memberStore.organizationsOf(identity.userId));
}

function isOpenTo(
  organization: Organization,
  { identity, remoteAddress }: Session,
  memberships: ReadonlySet<string>,
  { registry }: World,
): boolean {
  const only = identity.organization;
  if (only !== undefined && registry.find(only) !== organization) return false;
  if (organization.bans.find(identity.userId, remoteAddress) !== null) return false;
  return mayEnter(organization, identity, memberships.has(organization.id));
}
