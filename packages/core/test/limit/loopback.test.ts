import { expect } from 'chai';
import { isLoopback } from '../../src/limit/loopback.js';

describe('isLoopback', () => {
  const table: [string, boolean][] = [
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['localhost', true],
    ['LOCALHOST', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['127.0.0.1.example.org', false],
    ['localhost.example.org', false],
    ['1270.0.0.1', false],
  ];
  for (const [host, expected] of table) {
    it(`says ${expected} of "${host}"`, () => {
      expect(isLoopback(host)).to.equal(expected);
    });
  }
});
