import { Authenticator, type AuthenticationResult, type Plugin } from '../../src/index.js';
import type { MethodResult } from '@sidetone/protocol';
import type { OpenDoor } from './open-door.js';
import { createInstance, type TestPeer } from './test-peer.js';

/** Who somebody claims to be; believed, unless `deny` is a refusal. */
export interface Claim {
  readonly userId: string;
  readonly displayName?: string;
  readonly guest?: boolean;
  readonly administrator?: boolean;
  readonly organization?: string;
  readonly roles?: readonly string[];
  readonly deny?: Extract<AuthenticationResult, { ok: false }>;
}

/** Signs in everybody as who they claim to be. `asked` is called before each answer. */
export function knownPeople(asked: () => Promise<void> | void = () => {}): Plugin {
  return {
    name: 'known-people',
    version: '1.0.0',
    provides: [Authenticator],
    setup(ctx) {
      ctx.provide(Authenticator, () => ({
        method: 'claim',
        async authenticate(credentials) {
          await asked();
          const { deny, ...claim } = credentials as unknown as Claim;
          if (deny) return deny;
          return { ok: true, identity: { displayName: 'Somebody', guest: false, ...claim } };
        },
      }));
    },
  };
}

/** Rejects with `Refused`. */
export function claim(
  peer: TestPeer,
  credentials: Claim,
  organization?: string,
  instance: string = createInstance(),
): Promise<MethodResult<'session.authenticate'>> {
  return peer.request('session.authenticate', {
    method: 'claim',
    credentials: { ...credentials },
    instance,
    ...(organization === undefined ? {} : { organization }),
  });
}

export async function enterAs(
  door: OpenDoor,
  credentials: Claim,
  organization?: string,
  address?: string,
): Promise<TestPeer & MethodResult<'session.authenticate'>> {
  const peer = door.connect(address);
  return Object.assign(peer, await claim(peer, credentials, organization));
}
