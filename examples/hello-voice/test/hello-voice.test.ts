import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { exampleProgram } from '../../../scripts/example-program.mjs';

describe('hello-voice', function () {
  this.timeout(120_000);

  it('lets Bob hear all that Ann says, closes everything and ends with 0', async () => {
    const args = exampleProgram('hello-voice/src/main.ts');
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
    // 5.1 s of speech in frames of 20 ms.
    expect(stdout).to.match(/^Bob heard 256 frames, 5\.1 s of Ann, over (udp|both|websocket)\.\n$/);
    expect(stderr).to.equal('');
  });
});
