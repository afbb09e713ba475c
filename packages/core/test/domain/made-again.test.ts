import { randomUUID } from 'node:crypto';
import { AccessPolicy, type AccessChange, type Plugin } from '../../src/index.js';
import { expect } from 'chai';
import { openDoor } from './open-door.js';
import { refusalOf } from './test-peer.js';

/** How long an answer is kept for who asks again. */
const KEPT_MS = 300_000;

describe('A channel that is asked for again when the answer is no longer kept', () => {
  it('is shown to its maker only while that one may see it', async () => {
    const hidden = new Set<string | undefined>();
    let changed: (change: AccessChange) => void = () => {};
    const policy: Plugin = {
      name: 'policy',
      version: '1.0.0',
      provides: [AccessPolicy],
      setup(ctx) {
        ctx.provide(AccessPolicy, () => ({
          load: () =>
            Promise.resolve({
              allows: (_permission, { channelId }) => !hidden.has(channelId),
              explain: () => ({ allowed: true, because: [] }),
            }),
          onChange: (listener) => {
            changed = listener;
            return () => {};
          },
        }));
      },
    };
    const door = await openDoor([policy]);
    const ann = await door.enter('Ann');
    const request = { key: randomUUID(), parent: null, name: 'Plans' };
    const { channel } = await ann.request('channel.create', request);
    door.clock.advance(KEPT_MS);
    expect((await ann.request('channel.create', request)).channel).to.deep.equal(channel);
    hidden.add(channel.id);
    changed({});
    await door.server.organization().channels.update(channel.id, { topic: 'not for Ann' });
    door.clock.advance(KEPT_MS);
    expect(await refusalOf(ann.request('channel.create', request))).to.equal('NOT_FOUND');
    await door.server.stop();
  });
});
