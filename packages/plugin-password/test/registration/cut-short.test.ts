import { expect } from 'chai';
import fc from 'fast-check';
import { codeOf, GOOD, OTHER, PasswordStage } from '../double/password-stage.js';

const asked = { name: 'Ada', password: GOOD, invite: 'code-1' };
const WRITES = ['accounts.put', 'invites.use', 'credentials.put', 'members.put'] as const;

/** The server dies at the write of that number: before it was made, or after it. */
function dieAt(stage: PasswordStage, number: number, isMade: boolean): void {
  let count = 0;
  const stores = stage.parts as unknown as Record<
    string,
    Record<string, (...given: unknown[]) => Promise<unknown>>
  >;
  for (const path of WRITES) {
    const [store = '', method = ''] = path.split('.');
    const target = stores[store];
    const write = target?.[method]?.bind(target);
    if (!target || !write) throw new Error(`there is no ${path}`);
    target[method] = async (...given) => {
      count++;
      if (count > number) throw new Error('dead');
      if (count < number) return write(...given);
      if (isMade) await write(...given);
      throw new Error('dead');
    };
  }
}

/** The same stores under a server that has started anew. */
function restarted(stage: PasswordStage): PasswordStage {
  const next = new PasswordStage();
  const { accounts, credentials, invites, members, roles } = stage.stores;
  for (const store of [accounts, credentials, invites, members]) {
    for (const method of Object.keys(store)) Reflect.deleteProperty(store, method);
  }
  Object.assign(next.parts, { accounts, credentials, invites, members, roles });
  Object.assign(next, { stores: stage.stores, organizationId: stage.organizationId });
  return next;
}

async function cutShort(number: number, isMade: boolean): Promise<PasswordStage> {
  const stage = new PasswordStage();
  await stage.invite('code-1');
  dieAt(stage, number, isMade);
  const outcome = await stage.register(asked, { needsInvite: true }).catch((error: Error) => error);
  expect(outcome).to.be.instanceOf(Error).and.have.property('message', 'dead');
  return restarted(stage);
}

describe('a registration that was cut short', () => {
  const cuts = fc.record({ number: fc.integer({ min: 1, max: 5 }), isMade: fc.boolean() });

  it('is finished by whoever asks again, wherever it was cut, and has used the invite once', async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async ({ number, isMade }) => {
        const stage = await cutShort(number, isMade);
        expect(codeOf(await stage.register(asked, { needsInvite: true }))).to.equal(null);
        expect(codeOf(await stage.signIn(asked))).to.equal(null);
        const [use] = await stage.stores.invites.list(stage.organizationId);
        expect(use?.uses).to.equal(1);
        const members = await stage.stores.members.list(stage.organizationId, { limit: 9 });
        expect(members).to.have.lengthOf(1);
      }),
    );
  });

  it('lets nobody in before it is finished', async () => {
    for (let number = 1; number <= 4; number++) {
      const stage = await cutShort(number, true);
      expect(codeOf(await stage.signIn(asked))).to.equal('AUTHENTICATION_FAILED');
    }
  });

  it('is not taken over while it may still be under way', async () => {
    // Everything up to the password is kept.
    const stage = await cutShort(3, true);
    await stage.invite('code-2');
    const other = { name: 'ada', password: OTHER, invite: 'code-2' };
    stage.clock.advance(29_999);
    const early = await stage.register(other, { needsInvite: true });
    expect(early).to.deep.include({ code: 'UNAVAILABLE', retryAfterMs: 1000 });
  });

  it('does not keep the name from others for longer than half a minute', async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async ({ number, isMade }) => {
        fc.pre(number < 5 || !isMade);
        const stage = await cutShort(number, isMade);
        await stage.invite('code-2');
        const other = { name: 'ada', password: OTHER, invite: 'code-2' };
        const early = codeOf(await stage.register(other, { needsInvite: true }));
        if (early !== null) {
          expect(early).to.equal('UNAVAILABLE');
          stage.clock.advance(30_000);
          expect(codeOf(await stage.register(other, { needsInvite: true }))).to.equal(null);
        }
        expect(codeOf(await stage.signIn(other))).to.equal(null);
        expect(codeOf(await stage.signIn(asked))).to.equal('AUTHENTICATION_FAILED');
      }),
    );
  });
});
