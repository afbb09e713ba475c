import { expect } from 'chai';
import type { Guard, GuardRequest, GuardVerdict } from '../../src/hook/hooks.js';
import { createHookBench } from '../double/hook-bench.js';

const request: GuardRequest = {
  command: 'channel.join',
  params: { channel: 'c', tags: ['a'] },
  actor: { kind: 'program', name: 'test' },
  organizationId: 'o',
};
const allow: GuardVerdict = { allow: true };
const full: GuardVerdict = { allow: false, code: 'CHANNEL_FULL', message: 'no seat left' };

describe('guards', () => {
  it('let a command pass that nobody refuses', async () => {
    const { hooks, log } = createHookBench();
    expect(await hooks.refusal(request)).to.equal(null);
    hooks.addGuard('a', 'channel.join', () => allow);
    hooks.addGuard('b', 'channel.join', async () => allow);
    expect(await hooks.refusal(request)).to.equal(null);
    expect(log.messages('error')).to.deep.equal([]);
  });

  it('refuse with the code and message of the first that refuses, and ask no further', async () => {
    const { hooks } = createHookBench();
    const asked: string[] = [];
    const guard =
      (name: string, verdict: GuardVerdict): Guard =>
      () => {
        asked.push(name);
        return verdict;
      };
    hooks.addGuard('a', 'channel.join', guard('a', allow));
    hooks.addGuard('b', 'channel.join', guard('b', full));
    hooks.addGuard('c', 'channel.join', guard('c', allow));
    expect(await hooks.refusal(request)).to.deep.equal(full);
    expect(asked).to.deep.equal(['a', 'b']);
  });

  it('are asked about their own command alone', async () => {
    const { hooks } = createHookBench();
    hooks.addGuard('a', 'channel.leave', () => full);
    expect(await hooks.refusal(request)).to.equal(null);
  });

  it('refuse when one throws or rejects, tell the caller nothing of it, and log the plugin', async () => {
    for (const broken of [
      () => {
        throw new Error('secret of the database');
      },
      () => Promise.reject(new Error('secret of the database')),
    ]) {
      const { hooks, log } = createHookBench();
      hooks.addGuard('seats', 'channel.join', broken);
      const refusal = await hooks.refusal(request);
      expect(refusal?.code).to.equal('ACCESS_DENIED');
      expect(refusal?.message).not.to.include('secret');
      expect(log.messages('error')).to.have.length(1);
      expect(log.messages('error')[0]).to.include('"seats"').and.to.include('"channel.join"');
    }
  });

  it('refuse when one does not answer within its second', async () => {
    const { hooks, log, clock } = createHookBench();
    hooks.addGuard('slow', 'channel.join', () => new Promise(() => {}));
    const asked = hooks.refusal(request);
    await clock.advanceAsync(999);
    expect(log.messages('error')).to.deep.equal([]);
    await clock.advanceAsync(1);
    expect((await asked)?.code).to.equal('REQUEST_TIMEOUT');
    expect(log.messages('error')[0]).to.include('"slow"').and.to.include('in time');
    expect(clock.pending).to.equal(0);
  });

  it('keep an answer in time from being overtaken by its deadline', async () => {
    const { hooks, clock } = createHookBench();
    hooks.addGuard('quick', 'channel.join', () => allow);
    expect(await hooks.refusal(request)).to.equal(null);
    expect(clock.pending).to.equal(0);
  });

  it('ignore what a late guard answers or throws', async () => {
    const { hooks, log, clock } = createHookBench();
    let reject: (error: Error) => void = () => {};
    hooks.addGuard('slow', 'channel.join', () => new Promise((_, fail) => (reject = fail)));
    const asked = hooks.refusal(request);
    await clock.advanceAsync(1000);
    reject(new Error('late'));
    expect((await asked)?.code).to.equal('REQUEST_TIMEOUT');
    await clock.settle();
    expect(log.messages('error')).to.have.length(1);
  });

  it('refuse when the verdict is none', async () => {
    const verdicts: unknown[] = [
      undefined,
      null,
      true,
      {},
      { allow: 'yes' },
      { allow: false },
      { allow: false, code: 'MADE_UP', message: 'x' },
      { allow: false, code: 'ACCESS_DENIED' },
    ];
    for (const verdict of verdicts) {
      const { hooks, log } = createHookBench();
      hooks.addGuard('odd', 'channel.join', () => verdict as GuardVerdict);
      expect((await hooks.refusal(request))?.code).to.equal(
        'ACCESS_DENIED',
        JSON.stringify(verdict),
      );
      expect(log.messages('error')[0]).to.include('"odd"');
    }
  });

  it('cut a message that is longer than a client has to take', async () => {
    const { hooks } = createHookBench();
    hooks.addGuard('loud', 'channel.join', () => ({ ...full, message: 'x'.repeat(5000) }));
    expect((await hooks.refusal(request))?.message).to.have.length(1024);
  });

  it('cannot change the command', async () => {
    const { hooks } = createHookBench();
    hooks.addGuard('changing', 'channel.join', ({ params }) => {
      (params['tags'] as string[]).push('b');
      return allow;
    });
    expect((await hooks.refusal(request))?.code).to.equal('ACCESS_DENIED');
    expect(request.params).to.deep.equal({ channel: 'c', tags: ['a'] });
  });

  it('log a line a second for each, and count all failures', async () => {
    const { hooks, log, clock, metrics } = createHookBench();
    hooks.addGuard('broken', 'channel.join', () => {
      throw new Error(`no ${Math.random()}`);
    });
    for (let call = 0; call < 5; call++) await hooks.refusal(request);
    expect(log.messages('error')).to.have.length(1);
    clock.advance(1000);
    await hooks.refusal(request);
    expect(log.lines.at(-1)?.fields['suppressed']).to.equal(4);
    expect(metrics.snapshot()).to.deep.equal({ 'hooks.failed.guard': 6 });
  });
});
