import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { exportJWK, SignJWT } from 'jose';
import {
  AccountStore,
  Authenticator,
  Clock,
  createMemoryStores,
  type AuthenticationResult,
} from '@sidetone/core';
import {
  createFakeClock,
  createRecordingLogger,
  describeAuthenticator,
  give,
  mountPlugin,
  type FakeClock,
  type MountedPlugin,
} from '@sidetone/testkit';
import { token, type TokenKeys, type TokenOptions } from '../src/index.js';

const ISSUER = 'https://app.example.org';
const SECRET = 'a secret of this test that is long enough for HS512, some 80 characters of it';
const NOW_S = 1_800_000_000;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');

type More = Partial<TokenOptions>;
type SigningKey = KeyObject | Uint8Array;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function mint(
  claims: Record<string, unknown> = {},
  key: SigningKey = bytes(SECRET),
  alg = 'HS256',
  kid = '',
) {
  const all = { iss: ISSUER, aud: 'voice', sub: 'ada', iat: NOW_S, exp: NOW_S + 600, ...claims };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(given))
    .setProtectedHeader({ alg, ...(kid === '' ? {} : { kid }) })
    .sign(key);
}

describe('token()', () => {
  const mounted: MountedPlugin[] = [];
  let clock: FakeClock;

  beforeEach(() => {
    clock = createFakeClock();
    clock.shiftWallTime(NOW_S * 1000 - clock.wallTime());
  });
  afterEach(async () => {
    for (const plugin of mounted.splice(0)) await plugin.close();
  });

  async function authenticator(
    keys: TokenKeys = { secret: SECRET },
    more: More = {},
  ): Promise<Authenticator> {
    const plugin = token({ issuer: ISSUER, audience: 'voice', keys, ...more });
    const { accounts } = createMemoryStores({ log: createRecordingLogger() });
    const mount = await mountPlugin(plugin, [give(Clock, clock), give(AccountStore, accounts)]);
    mounted.push(mount);
    return mount.get(Authenticator);
  }

  async function signIn(
    text: unknown,
    keys?: TokenKeys,
    more?: More,
  ): Promise<AuthenticationResult> {
    const context = { remoteAddress: '192.0.2.1' };
    return (await authenticator(keys, more)).authenticate({ token: text }, context);
  }

  async function codeOf(text: unknown, keys?: TokenKeys, more?: More): Promise<string | null> {
    const result = await signIn(text, keys, more);
    return result.ok ? null : result.code;
  }

  describeAuthenticator(
    { describe, it },
    {
      create: async () => ({
        authenticator: await authenticator(),
        good: async () => ({ token: await mint() }),
        bad: {
          'another secret': { token: await mint({}, bytes('x'.repeat(64))) },
          'no token at all': { token: 'no token at all' },
          'a token of somebody else': { token: await mint({ iss: 'https://other.example.org' }) },
        },
      }),
    },
  );

  it('gives the same user for the same issuer and subject, and only for these', async () => {
    const idOf = async (sub: string, issuer = ISSUER): Promise<string> => {
      const result = await signIn(await mint({ sub, iss: issuer }), undefined, { issuer });
      if (!result.ok) throw new Error(result.message);
      return result.identity.userId;
    };
    const ada = await idOf('ada');
    expect(ada).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await idOf('ada')).to.equal(ada);
    expect(await idOf('bob')).not.to.equal(ada);
    expect(await idOf('ada', 'https://b.example.org')).not.to.equal(ada);
  });

  it('shows the name claim, or the subject where there is none', async () => {
    const named = await signIn(await mint({ name: ' Ada L. ' }));
    expect(named).to.have.nested.property('identity.displayName', 'Ada L.');
    expect(await signIn(await mint())).to.have.nested.property('identity.displayName', 'ada');
    const nick = await signIn(await mint({ nick: 'AL' }), undefined, { nameClaim: 'nick' });
    expect(nick).to.have.nested.property('identity.displayName', 'AL');
    expect(await codeOf(await mint({ name: 'a\u202eb' }))).to.equal('AUTHENTICATION_FAILED');
    expect(await codeOf(await mint({ name: 7 }))).to.equal('AUTHENTICATION_FAILED');
  });

  it('reads organization and roles only from the claims that it is told of', async () => {
    const claims = { org: 'Wing', roles: ['Pilot'] };
    const plain = await signIn(await mint(claims));
    expect(plain).not.to.have.nested.property('identity.organization');
    expect(plain).not.to.have.nested.property('identity.roles');
    const more = { organizationClaim: 'org', rolesClaim: 'roles' };
    const read = await signIn(await mint(claims), undefined, more);
    expect(read)
      .to.have.property('identity')
      .that.deep.includes({
        organization: 'Wing',
        roles: ['Pilot'],
      });
  });

  it('refuses a token without the organization that each has to name, and roles that are none', async () => {
    const more = { organizationClaim: 'org', rolesClaim: 'roles' };
    const good = { org: 'Wing' };
    expect(await codeOf(await mint(good), undefined, more)).to.equal(null);
    for (const claims of [
      {},
      { org: '' },
      { org: ['Wing'] },
      { ...good, roles: 'Pilot' },
      { ...good, roles: [5] },
      { ...good, roles: Array(65).fill('x') },
    ]) {
      const code = await codeOf(await mint(claims), undefined, more);
      expect(code, JSON.stringify(claims)).to.equal('AUTHENTICATION_FAILED');
    }
  });

  it('wants issuer, audience, subject, and a time that has not passed', async () => {
    for (const claims of [
      { iss: 'https://evil.example.org' },
      { iss: undefined },
      { aud: 'mail' },
      { aud: undefined },
      { sub: undefined },
      { sub: '' },
      { sub: 'x'.repeat(256) },
      { exp: undefined },
      { iat: undefined },
      { exp: NOW_S - 6 },
      { nbf: NOW_S + 60 },
      { iat: NOW_S + 60 },
    ]) {
      const code = await codeOf(await mint(claims));
      expect(code, JSON.stringify(claims)).to.equal('AUTHENTICATION_FAILED');
    }
    expect(await codeOf(await mint({ aud: ['mail', 'voice'] }))).to.equal(null);
    expect(await codeOf(await mint({ exp: NOW_S - 4 }))).to.equal(null);
  });

  it('takes no token that is good for longer than it may be', async () => {
    expect(await codeOf(await mint({ exp: NOW_S + 86_401 }))).to.equal('AUTHENTICATION_FAILED');
    expect(await codeOf(await mint({ exp: NOW_S + 86_400 }))).to.equal(null);
    const short = { maxLifetimeS: 60 };
    expect(await codeOf(await mint(), undefined, short)).to.equal('AUTHENTICATION_FAILED');
  });

  it('says that a token has expired, so that the app gets another', async () => {
    const result = await signIn(await mint({ exp: NOW_S - 3600, iat: NOW_S - 7200 }));
    expect(result).to.have.property('message', 'the token has expired: get a new one');
  });

  it('takes RSA, P-256 and Ed25519 by the public key', async () => {
    const pem = String(rsa.publicKey.export({ type: 'spki', format: 'pem' }));
    expect(await codeOf(await mint({}, rsa.privateKey, 'RS256'), { publicKey: pem })).to.equal(
      null,
    );
    const pss = await mint({}, rsa.privateKey, 'PS256');
    expect(await codeOf(pss, { publicKey: rsa.publicKey })).to.equal(null);
    const elliptic = await mint({}, ec.privateKey, 'ES256');
    expect(await codeOf(elliptic, { publicKey: ec.publicKey })).to.equal(null);
    const edwards = await mint({}, ed.privateKey, 'EdDSA');
    expect(await codeOf(edwards, { publicKey: ed.publicKey })).to.equal(null);
    expect(await codeOf(edwards, { publicKey: ec.publicKey })).to.equal('AUTHENTICATION_FAILED');
  });

  describe('with an algorithm of the attacker', () => {
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: ISSUER, aud: 'voice', sub: 'ada', iat: NOW_S, exp: NOW_S + 600 };
    const pem = String(rsa.publicKey.export({ type: 'spki', format: 'pem' }));

    it('lets nobody in with none', async () => {
      for (const alg of ['none', 'None', '']) {
        const bare = `${part({ alg })}.${part(claims)}.`;
        for (const keys of [{ secret: SECRET }, { publicKey: pem }]) {
          expect(await codeOf(bare, keys)).to.equal('AUTHENTICATION_FAILED');
        }
      }
    });

    it('lets nobody in who signs with the public key as if it were a secret', async () => {
      const head = `${part({ alg: 'HS256' })}.${part(claims)}`;
      for (const secret of [
        pem,
        pem.trim(),
        rsa.publicKey.export({ type: 'spki', format: 'der' }),
      ]) {
        const forged = `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
        expect(await codeOf(forged, { publicKey: pem })).to.equal('AUTHENTICATION_FAILED');
        const jwks = { keys: [await exportJWK(rsa.publicKey)] };
        expect(await codeOf(forged, { jwks })).to.equal('AUTHENTICATION_FAILED');
      }
    });

    it('takes no key that the token brings along', async () => {
      const jwk = await exportJWK(ed.publicKey);
      const forged = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', jwk })
        .sign(ed.privateKey);
      expect(await codeOf(forged, { publicKey: rsa.publicKey })).to.equal('AUTHENTICATION_FAILED');
    });

    it('uses no HS384 or HS512 with a secret that is too short for it', async () => {
      const secret = 'x'.repeat(32);
      expect(await codeOf(await mint({}, bytes(secret), 'HS256'), { secret })).to.equal(null);
      const long = await mint({}, bytes(secret), 'HS384');
      expect(await codeOf(long, { secret })).to.equal('AUTHENTICATION_FAILED');
    });
  });

  it('lets in with no token in which a character was changed', async () => {
    const good = await mint();
    const under = await authenticator();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.base64String({ minLength: 1 }),
        async (at, by) => {
          const text = good.slice(0, at) + (by[0] ?? '') + good.slice(at + 1);
          fc.pre(text !== good);
          const result = await under.authenticate({ token: text }, { remoteAddress: '' });
          // The last character of the signature has two bits that mean nothing.
          if (at < good.length - 1) expect(result.ok).to.equal(false);
        },
      ),
    );
  });

  describe('with a set of keys', () => {
    it('finds the key by its id, and by trying where the token names none', async () => {
      const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const jwks = {
        keys: [
          { ...(await exportJWK(other.publicKey)), kid: 'old' },
          { ...(await exportJWK(rsa.publicKey)), kid: 'new' },
        ],
      };
      const keys = { jwks };
      expect(await codeOf(await mint({}, rsa.privateKey, 'RS256', 'new'), keys)).to.equal(null);
      expect(await codeOf(await mint({}, rsa.privateKey, 'RS256'), keys)).to.equal(null);
      const wrong = await mint({}, rsa.privateKey, 'RS256', 'old');
      expect(await codeOf(wrong, keys)).to.equal('AUTHENTICATION_FAILED');
      const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
      const strange = await mint({}, stranger, 'RS256');
      expect(await codeOf(strange, keys)).to.equal('AUTHENTICATION_FAILED');
    });

    describe('that is fetched', () => {
      let server: Server;
      let asked = 0;
      let answer: () => { status: number; body: string };
      let keys: TokenKeys;

      beforeEach(async () => {
        asked = 0;
        server = createHttpServer((_request, response) => {
          asked++;
          const { status, body } = answer();
          response.writeHead(status, { 'content-type': 'application/json' }).end(body);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const { port } = server.address() as AddressInfo;
        keys = { jwksUrl: `http://127.0.0.1:${port}/keys` };
      });
      afterEach(() => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      });

      it('is asked for once', async () => {
        const set = { keys: [{ ...(await exportJWK(ec.publicKey)), kid: 'a' }] };
        answer = () => ({ status: 200, body: JSON.stringify(set) });
        const under = await authenticator(keys);
        for (let times = 0; times < 5; times++) {
          const given = { token: await mint({}, ec.privateKey, 'ES256', 'a') };
          const { ok } = await under.authenticate(given, { remoteAddress: '' });
          expect(ok).to.equal(true);
        }
        expect(asked).to.equal(1);
      });

      it('makes signing in UNAVAILABLE when it cannot be had', async () => {
        const good = await mint({}, ec.privateKey, 'ES256', 'a');
        answer = () => ({ status: 503, body: '' });
        const result = await signIn(good, keys);
        expect(result).to.deep.include({ code: 'UNAVAILABLE', retryAfterMs: 2000 });
        answer = () => ({ status: 200, body: '{}' });
        expect(await codeOf(good, keys)).to.equal('UNAVAILABLE');
        expect(await codeOf(good, { jwksUrl: 'http://127.0.0.1:1/keys' })).to.equal('UNAVAILABLE');
      });
    });
  });

  it('puts no token and no key into words or logs', async () => {
    const under = await authenticator();
    const tokens = [await mint(), await mint({ exp: NOW_S - 99 }), `${await mint()}x`, SECRET];
    const said: string[] = [];
    for (const text of tokens) {
      said.push(JSON.stringify(await under.authenticate({ token: text }, { remoteAddress: '' })));
    }
    said.push(JSON.stringify(mounted.map(({ log }) => log.lines)));
    for (const secret of [SECRET, ...tokens.map((text) => text.split('.')[2] ?? text)]) {
      for (const line of said) expect(line).not.to.include(secret);
    }
  });
});

describe('the options of token()', () => {
  const good = { issuer: ISSUER, audience: 'voice', keys: { secret: SECRET } };
  const problems = (options: unknown): string => {
    try {
      token(options as TokenOptions);
    } catch (error) {
      expect(error).to.have.property('code', 'ERR_TOKEN_OPTIONS');
      return String(error);
    }
    return '';
  };

  it('are fine as the guide has them', () => {
    expect(problems(good)).to.equal('');
    expect(problems({ ...good, keys: { jwksUrl: 'https://app.example.org/jwks' } })).to.equal('');
  });

  it('name every problem at once', () => {
    const said = problems({ issuer: '', audience: [], keys: {}, colour: 1, maxLifetimeS: 1 });
    for (const word of ['issuer', 'audience', 'keys', 'colour', 'maxLifetimeS']) {
      expect(said).to.include(word);
    }
  });

  it('refuse keys that are weak, private, unknown or on the way readable, and do not repeat them', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    const secretPem = String(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    for (const keys of [
      undefined,
      { secret: 'hunter2hunter2hunter2' },
      { secret: SECRET, jwks: { keys: [] } },
      { password: SECRET },
      { publicKey: weak },
      { publicKey: secretPem },
      { publicKey: rsa.privateKey },
      { publicKey: 'no key' },
      { publicKey: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey },
      { jwks: { keys: [] } },
      { jwks: { keys: [await exportJWK(rsa.privateKey)] } },
      { jwks: { keys: [{ kty: 'oct', k: 'aGVsbG8' }] } },
      { jwksUrl: 'http://app.example.org/jwks' },
      { jwksUrl: 'nowhere' },
    ]) {
      const said = problems({ ...good, keys });
      expect(said, JSON.stringify(keys)).to.include('keys');
      expect(said).not.to.match(/hunter2|MII|aGVsbG8/);
    }
  });
});
