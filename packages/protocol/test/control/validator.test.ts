import { expect } from 'chai';
import { Type } from 'typebox';
import { createValidator as createWebValidator } from '../../src/control/web-validator.js';
import { createValidator as createNodeValidator, methods } from '../../src/index.node.js';

for (const [edge, createValidator] of [
  ['Node', createNodeValidator],
  ['browsers', createWebValidator],
] as const) {
  describe(`The validator of messages in ${edge}`, () => {
    const validator = createValidator(methods['talk.register'].params);

    /** What is wrong with these channels of a talk target, and how long it took to say so. */
    function refusal(channels: unknown): { path: string; message: string; tookMs: number } {
      const startedMs = performance.now();
      const validation = validator.validate({ target: { channels } });
      if (validation.ok) throw new Error('the validator accepted it');
      const { path, message } = validation;
      return { path, message, tookMs: performance.now() - startedMs };
    }

    it('names the path of the first fault', () => {
      expect(refusal('none')).to.include({ path: '/target/channels' });
      expect(refusal(['none'])).to.include({ path: '/target/channels/0' });
    });

    // 64 KiB of "1,1,1" took it seconds, in which the server could do nothing else.
    for (const [name, list] of [
      ['numbers', new Array<unknown>(30_000).fill(1)],
      ['texts', new Array<unknown>(16_000).fill('a')],
      ['objects', Array.from({ length: 20_000 }, () => ({}))],
    ] as const) {
      it(`refuses a long list of ${name} at once`, () => {
        const { path, tookMs } = refusal(list);
        expect(path).to.match(/^\/target\/channels/);
        expect(tookMs).to.be.below(250);
      });
    }

    it('refuses what is nested deeper than a stack', () => {
      const deep: unknown = JSON.parse('['.repeat(30_000) + ']'.repeat(30_000));
      expect(refusal(deep)).to.include({ path: '/target/channels/0' });
    });

    it('refuses a fault behind what it looks at closely, without a path', () => {
      const numbers = createValidator(Type.Array(Type.Integer()));
      const list = [...new Array<unknown>(300).fill(1), 'one'];
      const validation = numbers.validate(list);
      expect(validation).to.deep.equal({ ok: false, path: '/', message: 'is off its schema' });
    });
  });
}
