import { expect } from 'chai';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CompiledSubject } from '../../src/policy/compiled-subject.js';
import { LiveSubjects } from '../../src/policy/live-subjects.js';
import { person, RoleWorld } from '../support/role-world.js';
import { subjectFacts } from '../../src/evaluation/subject-facts.js';

describe('the subjects that are asked about', () => {
  const { directory: tree, roles } = new RoleWorld();
  const { index } = roles;
  const facts = subjectFacts(person('ann', { roles: ['Pilot'] }));
  const make = () => new CompiledSubject({ facts, index, tree, compiled: () => {} });

  it('are one for the same user with the same credentials', () => {
    const subjects = new LiveSubjects();
    const ann = subjects.get(facts, make);
    expect(subjects.get(subjectFacts(person('ann', { roles: ['pilot'] })), make)).to.equal(ann);
    expect(subjects.get(subjectFacts(person('ann')), make)).not.to.equal(ann);
    expect(subjects.get(subjectFacts(person('ann', { guest: true })), make)).not.to.equal(ann);
  });

  it('are not kept when nobody asks any more', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const subjects = new LiveSubjects();
    subjects.get(facts, make);
    expect([...subjects]).to.have.lengthOf(1);
    // References that were followed are held until the turn ends.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect([...subjects]).to.have.lengthOf(0);
  });
});
