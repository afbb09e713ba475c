import { expect } from 'chai';
import { MemoryMetrics } from '../../src/defaults/memory-metrics.js';
import { resolveServerOptions, type CreateServerOptions } from '../../src/server/server-options.js';
import { voiceErrorOf } from '../double/thrown.js';

async function problemsOf(given: unknown): Promise<readonly string[]> {
  const error = await voiceErrorOf(() => resolveServerOptions(given as CreateServerOptions));
  expect(error.code).to.equal('ERR_OPTIONS_INVALID');
  return error.details['problems'] as readonly string[];
}

describe('server options', () => {
  it('are complete without being given', () => {
    expect(resolveServerOptions()).to.deep.equal({
      serverName: 'Sidetone',
      organization: 'Main',
      initialChannels: ['Lobby'],
      guardTimeoutMs: 1000,
      setupTimeoutMs: 10_000,
      drainTimeoutMs: 5000,
      authenticationTimeoutMs: 5000,
      resumeTimeoutMs: 60_000,
      signInRate: { burst: 64, perSecond: 8 },
      limits: {
        messageBytes: 65_536,
        commandBurst: 20,
        commandsPerSecond: 5,
        targets: 16,
        routesPerTarget: 8,
        sources: 4,
        channelsJoined: 64,
      },
    });
  });

  it('keep what is given, and the defaults beside it', () => {
    const options = resolveServerOptions({ initialChannels: ['Command'], limits: { targets: 3 } });
    expect(options.initialChannels).to.deep.equal(['Command']);
    expect(options.limits.targets).to.equal(3);
    expect(options.limits.sources).to.equal(4);
  });

  it('are frozen and do not change with the object that was given', () => {
    const initialChannels = ['Command'];
    const options = resolveServerOptions({ initialChannels });
    initialChannels.push('Flight');
    expect(options.initialChannels).to.deep.equal(['Command']);
    for (const part of [options, options.limits, options.initialChannels]) {
      expect(Object.isFrozen(part)).to.equal(true);
    }
  });

  it('name every problem at once, each with its path', async () => {
    const problems = await problemsOf({
      guardTimeoutMs: 'soon',
      chanels: [],
      organization: '',
      initialChannels: ['Lobby', 7],
      limits: { targets: 0, speed: 9, messageBytes: 65_537 },
      clock: { now: () => 0 },
      drainTimeoutMs: 1.5,
    });
    const paths = [
      'clock',
      'chanels',
      'organization',
      'initialChannels/1',
      'guardTimeoutMs',
      'drainTimeoutMs',
    ].concat(['limits.speed', 'limits.targets', 'limits.messageBytes']);
    for (const path of paths) {
      expect(problems.some((problem) => problem.startsWith(`"${path}"`))).to.equal(true, path);
    }
    expect(problems).to.have.length(paths.length);
  });

  it('name more problems than a schema check would by itself', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`x${index}`, 1]));
    expect(await problemsOf(unknown)).to.have.length(20);
  });

  it('keep one number of a group, and the defaults beside it', async () => {
    const { signInRate } = resolveServerOptions({ signInRate: { burst: 500 } });
    expect(signInRate).to.deep.equal({ burst: 500, perSecond: 8 });
    const problems = await problemsOf({ signInRate: { burst: 0, perSecond: 1.5, rate: 1 } });
    expect(problems).to.have.length(3);
  });

  it('let a session end with its connection, or wait ten minutes at most', async () => {
    expect(resolveServerOptions({ resumeTimeoutMs: 0 }).resumeTimeoutMs).to.equal(0);
    expect(resolveServerOptions({ resumeTimeoutMs: 600_000 }).resumeTimeoutMs).to.equal(600_000);
    expect(await problemsOf({ resumeTimeoutMs: 600_001 })).to.have.length(1);
    expect(await problemsOf({ resumeTimeoutMs: -1 })).to.have.length(1);
  });

  it('refuse what is no object', async () => {
    expect(await problemsOf('fast')).to.have.length(1);
    expect(await problemsOf({ limits: 5 })).to.have.length(1);
  });

  it('take services that have all methods', () => {
    expect(resolveServerOptions({ metrics: new MemoryMetrics() })).not.to.have.property('metrics');
  });

  it('are each known to the resolver', () => {
    // A limit that the protocol adds and the table lacks would otherwise be refused as unknown.
    const options = resolveServerOptions();
    expect(resolveServerOptions({ ...options })).to.deep.equal(options);
  });
});
