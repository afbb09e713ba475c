import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describe('hello-voice', function () {
  this.timeout(120_000);

  it('lets Bob hear all that Ann says, closes everything and ends with 0', async () => {
    const args = ['--conditions=@sidetone/source', '--import', 'tsx', program];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
    // 5.1 s of speech in frames of 20 ms.
    expect(stdout).to.match(/^Bob heard 256 frames, 5\.1 s of Ann, over (udp|both|websocket)\.\n$/);
    expect(stderr).to.equal('');
  });
});
