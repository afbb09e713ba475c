import { permissions } from '@sidetone/protocol';
import { expect } from 'chai';
import { OpenAccessPolicy } from '../../src/defaults/open-access-policy.js';

const subject = {
  sessionId: 'own',
  organizationId: 'o',
  identity: { userId: 'u', displayName: 'Ada', guest: true },
};

describe('open access policy', () => {
  it('lets everybody view, join, listen, speak and whisper', async () => {
    const access = await new OpenAccessPolicy().load(subject);
    for (const scope of [{}, { channelId: 'c' }, { sessionId: 'other' }]) {
      const allowed = permissions.filter((permission) => access.allows(permission, scope));
      expect(allowed).to.deep.equal(['VIEW', 'JOIN', 'LISTEN', 'SPEAK', 'WHISPER']);
    }
  });

  it('lets everybody mute and deafen themselves, and nobody else', async () => {
    const access = await new OpenAccessPolicy().load(subject);
    for (const permission of ['MUTE', 'DEAFEN'] as const) {
      expect(access.allows(permission, { sessionId: 'own' })).to.equal(true);
      expect(access.allows(permission, { sessionId: 'own', channelId: 'c' })).to.equal(true);
      expect(access.allows(permission, { sessionId: 'other' })).to.equal(false);
      expect(access.allows(permission, { channelId: 'c' })).to.equal(false);
    }
  });

  it('explains every decision as it decides', async () => {
    const access = await new OpenAccessPolicy().load(subject);
    for (const permission of permissions) {
      for (const scope of [{}, { sessionId: 'own' }, { sessionId: 'other' }]) {
        const { allowed, because } = access.explain(permission, scope);
        expect(allowed).to.equal(access.allows(permission, scope));
        expect(because[0]?.text).to.include(permission);
      }
    }
    expect(access.explain('KICK', {}).because[0]?.text).to.include(
      'the program that runs the server',
    );
  });
});
