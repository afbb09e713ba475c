import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { ServerKeyService } from '../../src/key/server-key-service.js';

describe('ServerKeyService', () => {
  it('makes a first epoch of 32 random bytes and keeps it', async () => {
    const service = new ServerKeyService();
    const route = randomUUID();
    const first = await service.current(route);
    expect(first.epoch).to.equal(0);
    expect(first.secret).to.have.length(32);
    expect(await service.current(route)).to.deep.equal(first);
    expect((await service.current(randomUUID())).secret).to.not.deep.equal(first.secret);
  });

  it('counts epochs up without gaps, each with a secret of its own', async () => {
    const service = new ServerKeyService();
    const route = randomUUID();
    const epochs = [await service.current(route)];
    for (let i = 0; i < 20; i++) epochs.push(await service.rotate(route));
    expect(epochs.map(({ epoch }) => epoch)).to.deep.equal(Array.from({ length: 21 }, (_, i) => i));
    const secrets = new Set(epochs.map(({ secret }) => Buffer.from(secret).toString('hex')));
    expect(secrets.size).to.equal(21);
    expect(await service.current(route)).to.deep.equal(epochs[20]);
  });

  it('never gives a sender index of a route twice, not to the same source either', async () => {
    const service = new ServerKeyService();
    const [route, source] = [randomUUID(), randomUUID()];
    const given = new Set<number>();
    for (let i = 0; i < 50; i++) {
      given.add(await service.allocateSender(route, source));
      await service.rotate(route);
    }
    expect(given.size).to.equal(50);
  });

  it('forgets a released route, more than once', async () => {
    const service = new ServerKeyService();
    const route = randomUUID();
    const { secret } = await service.rotate(route);
    const copy = Uint8Array.from(secret);
    await service.release(route);
    await service.release(route);
    expect(secret.every((byte) => byte === 0)).to.equal(true);
    expect((await service.current(route)).secret).to.not.deep.equal(copy);
  });
});
