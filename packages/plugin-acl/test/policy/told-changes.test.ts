import type { AccessChange, AccessScope } from '@sidetone/core';
import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  asked,
  GeneratedOrganization,
  organizationPlan,
} from '../support/generated-organization.js';

const ORGANIZATIONS = 300;
const TIMEOUT_MS = 60_000;

describe('what is told of changes', () => {
  it('covers everybody who may do something else than before, and where', function () {
    this.timeout(TIMEOUT_MS);
    let differences = 0;
    fc.assert(
      fc.property(organizationPlan, (plan) => {
        const organization = new GeneratedOrganization(plan);
        for (const change of plan.changes) {
          // Core asks again by itself when the tree or who is where has changed.
          const isTold = !['moved', 'added', 'removed', 'joined', 'left'].includes(change.kind);
          const before = answersOf(organization);
          organization.world.changes.length = 0;
          organization.change(change);
          for (const [question, answer] of isTold ? answersOf(organization) : []) {
            if (before.get(question) === answer) continue;
            differences += 1;
            const { userId, scope } = JSON.parse(question) as Question;
            const covers = (told: AccessChange) => isCovered(organization, told, userId, scope);
            expect(organization.world.changes.some(covers), question).to.equal(true);
          }
        }
      }),
      { numRuns: ORGANIZATIONS },
    );
    expect(differences).to.be.at.least(500);
  });
});

interface Question {
  readonly userId: string;
  readonly scope: AccessScope;
}

/** Of each user, at the organization and at each channel. */
function answersOf(organization: GeneratedOrganization): ReadonlyMap<string, boolean> {
  const answers = new Map<string, boolean>();
  for (const { identity, rights } of organization.users) {
    for (const scope of organization.scopes()) {
      if (scope.sessionId !== undefined) continue;
      for (const permission of asked) {
        const question = JSON.stringify({ userId: identity.userId, scope, permission });
        answers.set(question, rights.allows(permission, scope));
      }
    }
  }
  return answers;
}

function isCovered(
  { world: { directory } }: GeneratedOrganization,
  told: AccessChange,
  userId: string,
  { channelId }: AccessScope,
): boolean {
  if (told.userId !== undefined && told.userId !== userId) return false;
  if (told.channelId === undefined) return true;
  for (let id = channelId ?? null; id !== null; id = directory.channel(id)?.parentId ?? null) {
    if (id === told.channelId) return true;
  }
  return false;
}
