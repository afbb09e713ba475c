import { expect } from 'chai';
import { MicrophoneFiles } from './support/microphone-file.js';
import { NodeTalker } from './support/node-talker.js';
import { PageServer } from './support/page-server.js';
import { PageVisitor } from './support/page-visitor.js';
import { longestGapMs } from './support/speech-seconds.js';

const MAX_GAP_MS = 200;

describe('A microphone changed while one talks', function () {
  this.timeout(120_000);

  const files = new MicrophoneFiles();
  let server: PageServer;
  let visitor: PageVisitor;
  let listener: NodeTalker;

  before(async () => {
    server = await PageServer.start();
    const { path } = await files.noise();
    visitor = await PageVisitor.open(server.url, 'Ann', { microphone: path });
    await visitor.enterWithSound();
    await visitor.join('Command');
    listener = await NodeTalker.enter(server.url, 'Ben', 'Command');
  });

  after(async () => {
    await visitor?.close();
    await listener?.close();
    await server?.stop();
    await files.remove();
  });

  it('is heard on without a gap of more than 200 ms', async () => {
    const choice = visitor.page.locator('#microphone-device');
    const devices = await choice
      .locator('option')
      .evaluateAll((options) =>
        options
          .map((option) => (option as HTMLOptionElement).value)
          .filter((value) => value !== ''),
      );
    expect(devices.length, 'fake microphones').to.be.at.least(2);
    await visitor.page.keyboard.down('Digit1');
    await visitor.shows('#on-air', /ON AIR/);
    await visitor.page.waitForTimeout(1_000);
    listener.record();
    for (const device of devices) {
      await choice.selectOption(device);
      await visitor.page.waitForTimeout(1_500);
      expect(await choice.inputValue()).to.equal(device);
    }
    const recorded = listener.recorded().get(await visitor.session()) ?? new Float32Array();
    await visitor.page.keyboard.up('Digit1');
    expect(recorded.length).to.be.above(48_000 * devices.length);
    expect(longestGapMs(recorded)).to.be.at.most(MAX_GAP_MS);
    await visitor.shows('#microphone-state', /^On/);
    expect(visitor.complaints).to.deep.equal([]);
  });
});
