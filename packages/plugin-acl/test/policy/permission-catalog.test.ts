import { permissions } from '@sidetone/protocol';
import { expect } from 'chai';
import { PermissionCatalog } from '../../src/policy/permission-catalog.js';
import type { PermissionDeclaration } from '../../src/policy/permission-declaration.js';

describe('the catalog of permissions', () => {
  it('has those of core, with what each allows', () => {
    const catalog = new PermissionCatalog([]);
    expect(catalog.all().map(({ name }) => name)).to.deep.equal(permissions);
    for (const { name, description } of catalog.all()) {
      expect(description, name).to.match(/^\p{Lu}.*\.$/u);
    }
  });

  it('has those that plugins declare', () => {
    const dice = { name: 'dice.roll', description: 'Roll dice.' } as const;
    const catalog = new PermissionCatalog([dice]);
    expect(catalog.all().at(-1)).to.deep.equal(dice);
    expect(catalog.declared()).to.deep.equal(['dice.roll']);
    expect([catalog.has('dice.roll'), catalog.has('JOIN'), catalog.has('dice.hide')]).to.deep.equal(
      [true, true, false],
    );
  });

  for (const names of [
    ['roll'],
    ['JOIN'],
    ['dice.'],
    ['dice roll.x'],
    ['a.b', 'a.b'],
    [`a.${'b'.repeat(63)}`],
  ]) {
    it(`refuses ${names.join(' and ')}`, () => {
      const declarations = names.map(
        (name) => ({ name, description: 'X.' }) as PermissionDeclaration,
      );
      expect(() => new PermissionCatalog(declarations))
        .to.throw(names[0])
        .with.property('code', 'ERR_ACL_PERMISSION_NAME');
    });
  }
});
