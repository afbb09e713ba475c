import { expect } from 'chai';
import { permissions } from '@sidetone/protocol';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dropReasons } from '../../packages/core/src/audio/voice-counters.js';
import { repository } from '../../scripts/docs/repository.js';

function page(name: string): string {
  return readFileSync(join(repository, 'docs/protocol', name), 'utf8');
}

function missing(text: string, names: readonly string[]): string[] {
  return names.filter((name) => !text.includes(`\`${name}\``));
}

/** Hex with spaces between fields, as in the vectors. */
function hexBlocks(text: string): string[] {
  return [...text.matchAll(/^```text\n((?:[0-9a-f]{2,}[ \n])+)```$/gm)].map(([, hex = '']) =>
    hex.trim(),
  );
}

describe('the pages of the protocol', () => {
  it('name every permission', () => {
    expect(missing(page('control.md'), permissions)).to.deep.equal([]);
  });

  it('name every reason for which the server drops a frame', () => {
    expect(missing(page('media.md'), dropReasons)).to.deep.equal([]);
  });

  it('name every reason for which the server drops a datagram', () => {
    const source = join(repository, 'packages/plugin-udp/src/drop-counters.ts');
    const reasons = [...readFileSync(source, 'utf8').matchAll(/^ {2}'(\w+)',$/gm)].map(
      ([, reason = '']) => reason,
    );
    expect(reasons).to.include('badTag');
    expect(missing(page('udp.md'), reasons)).to.deep.equal([]);
  });

  it('show bytes that are among the vectors', () => {
    const vectors = page('vectors.json');
    const blocks = hexBlocks(page('media.md'));
    expect(blocks).to.have.lengthOf(2);
    for (const hex of blocks) expect(vectors).to.include(hex.replace(/^08 /, ''));
  });
});
