import type { AccessRule, AccessScope, Identity } from '@sidetone/core';
import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  asked,
  GeneratedOrganization,
  organizationPlan,
} from '../support/generated-organization.js';
import { type RoleWorld, subjectOf } from '../support/role-world.js';
import { bookWithout, identityWithout, rulesOf } from '../support/without-rules.js';
import { reference } from '../support/reference-evaluator.js';
import { FakeDirectory } from '../support/fake-directory.js';

const ORGANIZATIONS = 60;
const TIMEOUT_MS = 60_000;

/** The embedding program. */
const everything = { allows: () => true };

describe('the rules that an explanation names first', function () {
  this.timeout(TIMEOUT_MS);

  it('change the answer when they go, and not as long as one of them is left', () => {
    let named = 0;
    let severalNamed = 0;
    eachDecision(({ identity, rules, allowed, whenGone }) => {
      if (rules.length === 0) return;
      named += 1;
      expect(whenGone(identity, rules), 'without all').to.equal(!allowed);
      if (rules.length > 1) severalNamed += 1;
      for (const left of rules.length > 1 ? rules : []) {
        const others = rules.filter((rule) => rule !== left);
        expect(whenGone(identity, others), `with ${JSON.stringify(left)}`).to.equal(allowed);
      }
    });
    expect(named).to.be.at.least(1_500);
    expect(severalNamed).to.be.at.least(200);
  });

  it('are missing only where no rule that goes changes the answer', () => {
    eachDecision(({ organization, identity, rules, allowed, permission, scope, whenGone }) => {
      if (rules.length > 0 || scope.sessionId !== undefined) return;
      const all = rulesOf(organization.world.roles.book(), [permission, 'VIEW', 'ADMINISTER']);
      for (const rule of all) {
        expect(whenGone(identity, [rule]), JSON.stringify(rule)).to.equal(allowed);
      }
    }, 30);
  });
});

interface Explained {
  readonly organization: GeneratedOrganization;
  readonly identity: Identity;
  readonly permission: (typeof asked)[number];
  readonly scope: AccessScope;
  readonly allowed: boolean;
  readonly rules: readonly AccessRule[];
  whenGone(identity: Identity, rules: readonly AccessRule[]): boolean;
}

function eachDecision(check: (explained: Explained) => void, organizations = ORGANIZATIONS): void {
  fc.assert(
    fc.property(organizationPlan, (plan) => {
      const organization = new GeneratedOrganization(plan);
      const { world, users } = organization;
      const book = world.roles.book();
      for (const { identity, rights } of users) {
        for (const scope of organization.scopes()) {
          for (const permission of asked) {
            const { allowed, because } = rights.explain(permission, scope, everything);
            expect(allowed, permission).to.equal(rights.allows(permission, scope));
            const whenGone = (of: Identity, rules: readonly AccessRule[]): boolean => {
              const directory = directoryWithout(world, rules);
              const subject = subjectOf(identityWithout(of, rules));
              const decide = reference(bookWithout(book, rules), directory, subject);
              return decide(permission, scope.channelId, scope.sessionId);
            };
            const rules = because[0]?.rules ?? [];
            check({ organization, identity, permission, scope, allowed, rules, whenGone });
          }
        }
      }
    }),
    { numRuns: organizations },
  );
}

/** The same, with nobody in it who administers the server by one of these rules. */
function directoryWithout({ directory }: RoleWorld, rules: readonly AccessRule[]): FakeDirectory {
  if (!rules.some(({ kind }) => kind === 'administrator')) return directory;
  const copy = new FakeDirectory(directory.organizationId);
  for (const { id, parentId } of directory.channels(directory.organizationId)) {
    copy.add(id, parentId);
  }
  for (const { id, identity, channels } of directory.sessions(directory.organizationId)) {
    copy.enter(id, identityWithout(identity, rules));
    for (const channelId of channels) copy.join(id, channelId);
  }
  return copy;
}
