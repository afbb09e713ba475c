import { expect } from 'chai';
import * as fc from 'fast-check';
import { organizationPlan } from '../support/generated-organization.js';
import { agree } from './agreement.js';

const ORGANIZATIONS = 2000;
const TIMEOUT_MS = 120_000;

describe('decisions in generated organizations', () => {
  it('are those of the reference: 100,000 in 2,000 organizations, after every change', function () {
    this.timeout(TIMEOUT_MS);
    let decisions = 0;
    fc.assert(
      fc.property(organizationPlan, (plan) => {
        decisions += agree(plan);
      }),
      { numRuns: ORGANIZATIONS },
    );
    expect(decisions).to.be.at.least(100_000);
  });
});
