import { expect } from 'chai';
import { createStorage, sqlBackendNames } from '../support/sql-backend.js';
import { secretsInUse } from './scenario/secrets-in-use.js';

describe('Passwords, keys and tokens', function () {
  this.timeout(120_000);

  for (const backend of sqlBackendNames) {
    it(`are in no log, fact, error or table, and come to nobody else, on ${backend}`, async () => {
      const storage = await createStorage(backend);
      try {
        const { secrets, places } = await secretsInUse(storage);
        const kinds = [...secrets.keys()].map((name) => name.split(' ')[0]);
        expect(kinds).to.include.members([
          'password',
          'invite',
          'resumeToken',
          'secret',
          'uplinkKey',
        ]);
        for (const [place, text] of places) {
          for (const [name, secret] of secrets) {
            for (const form of formsOf(secret)) {
              expect(text.includes(form), `${name} in ${place}`).to.equal(false);
            }
          }
        }
        // They are where people are spoken of.
        for (const place of ['the facts', 'what others hear', 'the database']) {
          expect(places.get(place), place).to.include('Ada').and.to.include('Extra');
        }
        expect(places.get('the errors')).to.include('AUTHENTICATION_FAILED');
      } finally {
        await storage.dispose();
      }
    });
  }
});

/** As it is, and in the ways in which bytes are written. */
function formsOf(secret: string): readonly string[] {
  const bytes = [Buffer.from(secret), Buffer.from(secret, 'base64url')];
  const encodings = ['base64', 'base64url', 'hex', 'latin1'] as const;
  return [secret, ...bytes.flatMap((each) => encodings.map((encoding) => each.toString(encoding)))];
}
