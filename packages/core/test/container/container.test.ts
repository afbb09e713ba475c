import 'reflect-metadata';
import { expect } from 'chai';
// eslint-disable-next-line no-restricted-imports -- as an app with decorators does
import { inject, injectable } from 'tsyringe';
import { Container, injectionToken } from '../../src/container.js';
import { createToken } from '../../src/token.js';
import { thrownBy, voiceErrorOf } from '../double/thrown.js';

interface Store {
  readonly label: string;
}
const Store = createToken<Store>('Store');
const Rule = createToken<string>('Rule', { many: true });

describe('container', () => {
  it('makes an implementation once, when the first asks', () => {
    const container = new Container();
    let made = 0;
    container.provide(Store, () => ({ label: `number ${++made}` }));
    expect(made).to.equal(0);
    expect(container.get(Store)).to.equal(container.get(Store));
    expect(container.get(Store).label).to.equal('number 1');
  });

  it('refuses a second provider', async () => {
    const container = new Container();
    container.provide(Store, () => ({ label: 'one' }));
    const error = await voiceErrorOf(() => container.provide(Store, () => ({ label: 'two' })));
    expect(error.code).to.equal('ERR_CONTAINER_DOUBLED');
    expect(error.message).to.include('"Store"');
    expect(container.get(Store).label).to.equal('one');
  });

  it('refuses what nobody provides', async () => {
    const container = new Container();
    expect(container.has(Store)).to.equal(false);
    expect((await voiceErrorOf(() => container.get(Store))).code).to.equal(
      'ERR_CONTAINER_UNREGISTERED',
    );
    expect(container.getAll(Rule)).to.deep.equal([]);
  });

  it('keeps several providers of a contract of many, each made once, in order', async () => {
    const container = new Container();
    let made = 0;
    for (const name of ['a', 'b']) container.provide(Rule, () => `${name}${++made}`);
    expect(container.getAll(Rule)).to.deep.equal(['a1', 'b2']);
    expect(container.getAll(Rule)).to.deep.equal(['a1', 'b2']);
    expect((await voiceErrorOf(() => container.get(Rule))).code).to.equal(
      'ERR_CONTAINER_AMBIGUOUS',
    );
  });

  it('keeps class and code of an error through factories that ask each other', async () => {
    class DriverError extends Error {
      readonly code = 'ECONNREFUSED';
    }
    const container = new Container();
    const thrown = new DriverError('database away');
    container.provide(Store, () => {
      throw thrown;
    });
    const Service = createToken<Store>('Service');
    container.provide(Service, () => container.get(Store));
    expect(await thrownBy(() => container.get(Service))).to.equal(thrown);
  });

  it('names a cycle of factories', async () => {
    const container = new Container();
    const Other = createToken<Store>('Other');
    container.provide(Store, () => container.get(Other));
    container.provide(Other, () => container.get(Store));
    const error = await voiceErrorOf(() => container.get(Store));
    expect(error.code).to.equal('ERR_CONTAINER_CYCLE');
    expect(error.details).to.deep.equal({ cycle: ['Store', 'Other', 'Store'] });
  });

  it('makes what failed anew when it is asked for again', async () => {
    const container = new Container();
    let attempts = 0;
    container.provide(Store, () => {
      if (++attempts === 1) throw new Error('not yet');
      return { label: 'made' };
    });
    await thrownBy(() => container.get(Store));
    expect(container.get(Store).label).to.equal('made');
  });

  it('refuses a factory that returns nothing', async () => {
    const container = new Container();
    container.provide(Store, () => undefined as unknown as Store);
    expect((await voiceErrorOf(() => container.get(Store))).code).to.equal('ERR_CONTAINER_EMPTY');
  });

  it('tells two tokens of one name apart', () => {
    const container = new Container();
    container.provide(Store, () => ({ label: 'one' }));
    expect(container.has(createToken<Store>('Store'))).to.equal(false);
  });

  it('shares nothing with another container', () => {
    const [one, two] = [new Container(), new Container()];
    one.provide(Store, () => ({ label: 'one' }));
    expect(two.has(Store)).to.equal(false);
    two.provide(Store, () => ({ label: 'two' }));
    expect([one.get(Store).label, two.get(Store).label]).to.deep.equal(['one', 'two']);
  });

  it('makes decorated classes of an app from the same contracts', () => {
    class Announcer {
      readonly store: Store;
      constructor(store: Store) {
        this.store = store;
      }
    }
    // What `@injectable()` and `@inject(...)` do, without the compiler flag that they need.
    inject(injectionToken(Store))(Announcer, undefined, 0);
    injectable()(Announcer);
    const container = new Container();
    container.provide(Store, () => ({ label: 'shared' }));
    expect(container.construct(Announcer).store).to.equal(container.get(Store));
  });
});
