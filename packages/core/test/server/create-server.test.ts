import { expect } from 'chai';
import { createServer, errorCodes, type SidetoneServer } from '@sidetone/core';
import { createFakeClock, createRecordingLogger } from '@sidetone/testkit';
import { voiceErrorOf } from '../double/thrown.js';

function quietServer(organization: string): SidetoneServer {
  const initialChannels = [`Lobby of ${organization}`];
  const services = { clock: createFakeClock(), log: createRecordingLogger() };
  return createServer({ organization, initialChannels, ...services });
}

const channelNames = (server: SidetoneServer): string[] =>
  server
    .organization()
    .channels.list()
    .map(({ name }) => name);

describe('createServer', () => {
  it('runs without a plugin and without an option', async () => {
    const server = createServer();
    await server.start();
    expect(channelNames(server)).to.deep.equal(['Lobby']);
    await server.stop();
  });

  it('refuses options with all their problems before it makes anything', async () => {
    const error = await voiceErrorOf(() => createServer({ drainTimeoutMs: -1, serverName: '' }));
    expect(error.code).to.equal('ERR_OPTIONS_INVALID');
    expect(error.details['problems']).to.have.length(2);
  });

  it('makes servers that share nothing', async () => {
    const [one, two] = [quietServer('One'), quietServer('Two')];
    const created: string[] = [];
    one.on('channelCreated', ({ channel }) => created.push(`one ${channel.name}`));
    two.on('channelCreated', ({ channel }) => created.push(`two ${channel.name}`));
    await one.start();
    await two.start();
    await one.organization().channels.create({ name: 'Flight' });
    expect(channelNames(one)).to.deep.equal(['Lobby of One', 'Flight']);
    expect(channelNames(two)).to.deep.equal(['Lobby of Two']);
    expect((await voiceErrorOf(() => two.organization('One'))).code).to.equal(
      'ERR_ORGANIZATION_UNKNOWN',
    );
    await one.stop();
    expect(channelNames(two)).to.deep.equal(['Lobby of Two']);
    await two.stop();
    expect(created.sort()).to.deep.equal(['one Flight', 'one Lobby of One', 'two Lobby of Two']);
  });

  it('leaves no timer behind', async () => {
    const clock = createFakeClock();
    const server = createServer({ clock, log: createRecordingLogger() });
    await server.start();
    await server.stop();
    expect(clock.pending).to.equal(0);
  });

  it('has one sentence for every error code', () => {
    for (const [code, meaning] of Object.entries(errorCodes)) {
      expect(code).to.match(/^ERR_[A-Z]+(_[A-Z]+)+$/);
      expect(meaning).to.match(/^[A-Z].*\.$/);
    }
  });
});
