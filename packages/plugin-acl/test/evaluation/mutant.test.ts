import { expect } from 'chai';
import * as fc from 'fast-check';
import { orderOfEvaluation } from '../../src/evaluation/order-of-evaluation.js';
import { organizationPlan } from '../support/generated-organization.js';
import { agree } from './agreement.js';
import { mutants } from './mutants.js';

const ORGANIZATIONS = 2000;
const TIMEOUT_MS = 60_000;

describe('the comparison with the reference', function () {
  this.timeout(TIMEOUT_MS);

  for (const [name, mutation] of Object.entries(mutants)) {
    it(`finds out where ${name}`, () => {
      const order = { ...orderOfEvaluation, ...mutation };
      const property = fc.property(organizationPlan, (plan) => void agree(plan, order));
      const { failed, numRuns } = fc.check(property, {
        numRuns: ORGANIZATIONS,
        endOnFailure: true,
      });
      expect(failed, `not found in ${numRuns} organizations`).to.equal(true);
    });
  }
});
