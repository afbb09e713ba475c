import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { loadSettings } from '../../src/config/load-settings.js';
import { tokenPlugin } from '../../src/server/tokens.js';

describe('tokenPlugin', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const named = {
    SIDETONE_DATA_DIR: '/nowhere',
    SIDETONE_TOKEN_ISSUER: 'https://app.example.org',
    SIDETONE_TOKEN_AUDIENCE: 'voice',
  };
  const made = async (env: Record<string, string>): Promise<string | undefined> =>
    tokenPlugin(await loadSettings({ ...named, ...env }))?.name;

  it('is none where the configuration names no issuer', async () => {
    expect(tokenPlugin(await loadSettings({ SIDETONE_DATA_DIR: '/nowhere' }))).to.equal(null);
  });

  it('takes a public key, a set of them, where one is to be had, and a shared secret', async () => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const jwks = JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] });
    for (const env of [
      { SIDETONE_TOKEN_KEY: pem },
      { SIDETONE_TOKEN_KEY: jwks },
      { SIDETONE_TOKEN_KEY: 'x'.repeat(32) },
      { SIDETONE_TOKEN_JWKS_URL: 'https://app.example.org/jwks.json' },
    ] as Record<string, string>[]) {
      expect(await made(env)).to.equal('@sidetone/plugin-token');
    }
  });

  it('says what is wrong with a key, and nothing of the key', async () => {
    for (const key of ['canary-short', '{"canary":', '-----BEGIN canary']) {
      try {
        await made({ SIDETONE_TOKEN_KEY: key });
        expect.fail('it was taken');
      } catch (error) {
        expect(String(error)).to.match(/key/).and.not.include('canary');
      }
    }
  });
});
