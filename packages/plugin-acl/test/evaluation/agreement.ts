import type { PermissionName } from '@sidetone/core';
import type { OrderOfEvaluation } from '../../src/evaluation/order-of-evaluation.js';
import {
  asked,
  GeneratedOrganization,
  type OrganizationPlan,
} from '../support/generated-organization.js';
import { reference } from '../support/reference-evaluator.js';
import { RoleWorld, subjectOf } from '../support/role-world.js';

/**
 * Makes the organization and each of its changes, and asks everything at first and every other
 * permission after each change: what is kept, what is worked out anew and what the reference says
 * have to be the same. Throws where they are not.
 */
export function agree(plan: OrganizationPlan, order?: OrderOfEvaluation): number {
  const organization = new GeneratedOrganization(plan, order);
  let decisions = compare(organization, asked, 'at first', order);
  for (const [step, change] of plan.changes.entries()) {
    organization.change(change);
    const some = asked.filter((_, at) => at % 2 === step % 2);
    decisions += compare(organization, some, JSON.stringify(change), order);
  }
  return decisions;
}

function compare(
  organization: GeneratedOrganization,
  permissions: readonly PermissionName[],
  when: string,
  order?: OrderOfEvaluation,
): number {
  const { world, users } = organization;
  const { directory } = world;
  const book = world.roles.book();
  const fresh = new RoleWorld({ book, directory, ...(order === undefined ? {} : { order }) });
  const scopes = organization.scopes();
  for (const { identity, rights } of users) {
    const anew = fresh.rights(subjectOf(identity));
    const expected = reference(book, directory, subjectOf(identity));
    for (const scope of scopes) {
      for (const permission of permissions) {
        const right = expected(permission, scope.channelId, scope.sessionId);
        const answers = [rights.allows(permission, scope), anew.allows(permission, scope)];
        if (answers.every((answer) => answer === right)) continue;
        const question = `${identity.userId}: ${permission} at ${JSON.stringify(scope)}, ${when}`;
        throw new Error(`${question}: ${answers.join(', ')} instead of ${String(right)}`);
      }
    }
  }
  return users.length * scopes.length * permissions.length;
}
