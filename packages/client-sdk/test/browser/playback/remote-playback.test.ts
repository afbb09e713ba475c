import { Priorities } from '@sidetone/protocol';
import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import type { TappedSamples } from '../../../src/audio/talker-tap.js';
import { RemotePlayback } from '../../../src/browser/playback/remote-playback.js';
import type {
  PlaybackNews,
  PlaybackOrder,
} from '../../../src/browser/playback/playback-messages.js';
import type { HeardTable, HeardTransmission } from '../../../src/mixing/heard-talk.js';
import { linkedPorts, type LinkedPort } from '../linked-ports.js';
import { opusFrame } from '../../support/opus-frames.js';

const { source, route } = opusFrame(0);

function setUp() {
  const underWay = new Map<string, readonly HeardTransmission[]>();
  const heard: HeardTable = {
    sources: () => underWay.keys(),
    transmissionsOf: (id) => underWay.get(id) ?? [],
    hears: () => true,
    channelsOfPatch: () => [],
    patchedNets: () => new Map(),
  };
  const failures: unknown[] = [];
  const refused: number[] = [];
  const clock = createFakeClock();
  const playback = new RemotePlayback({
    clock,
    heard,
    packetsRefused: (count) => refused.push(count),
    tapFailed: (cause) => failures.push(cause),
    failed: (cause) => failures.push(cause),
  });
  const node = (): { sent: PlaybackOrder[]; tell: (news: PlaybackNews) => void } => {
    const [main, worklet] = linkedPorts();
    const { sent } = main as LinkedPort & { sent: PlaybackOrder[] };
    playback.attach(main as unknown as MessagePort);
    return { sent, tell: (news) => worklet.postMessage(news) };
  };
  return { playback, underWay, failures, refused, clock, node };
}

describe('Playback on the main thread', () => {
  it('keeps what it is told, and tells it to every node that is attached', () => {
    const { playback, underWay, node } = setUp();
    playback.placeParticipant({ id: 'ann' }, { gain: 2 });
    playback.placeChannel({ id: 'command' }, { pan: -1 });
    playback.ducking = { priorityDb: -3 };
    playback.addTap({ write: () => {} });
    underWay.set('s', [{ priority: Priorities.priority, routes: [route] }]);
    expect(playback.placementOf({ id: 'ann' })).to.deep.equal({ gain: 2, pan: 0 });
    expect(playback.ducking).to.deep.equal({ priorityDb: -3, emergencyDb: -24 });
    for (const { sent } of [node(), node()]) {
      expect(sent).to.deep.equal([
        { type: 'ducking', ducking: { priorityDb: -3, emergencyDb: -24 } },
        { type: 'placeParticipant', id: 'ann', placement: { gain: 2, pan: 0 } },
        { type: 'placeChannel', id: 'command', placement: { gain: 1, pan: -1 } },
        { type: 'taps', on: true },
        {
          type: 'heard',
          transmissions: [['s', [{ priority: Priorities.priority, routes: [route] }]]],
          nets: ['command'],
          patches: [],
          patchedNets: [],
        },
      ]);
    }
  });

  it('refuses what makes no sense before anything is told', () => {
    const { playback, node } = setUp();
    const { sent } = node();
    sent.length = 0;
    expect(() => playback.placeParticipant({ id: 'ann' }, { gain: 5 })).to.throw('gain "5"');
    expect(() => playback.placeChannel({ id: 'net' }, { pan: 2 })).to.throw('pan "2"');
    expect(() => (playback.ducking = { emergencyDb: 3 })).to.throw('emergencyDb "3"');
    expect(sent).to.deep.equal([]);
    playback.ducking = null;
    playback.placeParticipant({ id: 'ann' }, { pan: 1 });
    expect(sent).to.deep.equal([
      { type: 'ducking', ducking: { priorityDb: 0, emergencyDb: 0 } },
      { type: 'placeParticipant', id: 'ann', placement: { gain: 1, pan: 1 } },
    ]);
  });

  it('tells news of the control state once, and only news', async () => {
    const { playback, underWay, node } = setUp();
    playback.heardChanged();
    const { sent } = node();
    sent.length = 0;
    underWay.set('s', [{ priority: Priorities.normal, routes: [route] }]);
    playback.heardChanged();
    playback.heardChanged();
    await Promise.resolve();
    expect(sent.map(({ type }) => type)).to.deep.equal(['heard']);
    playback.heardChanged();
    await Promise.resolve();
    expect(sent).to.have.length(1);
    playback.heardChanged();
    playback.detach();
    await Promise.resolve();
    expect(sent).to.have.length(1);
  });

  it('gives taps pieces of 10 ms at their moments, and the memory back', () => {
    const { playback, failures, clock, node } = setUp();
    const { sent, tell } = node();
    const given: { samples: number[]; atMs: number }[] = [];
    playback.addTap({
      write: () => {
        throw new Error('a tap of no use');
      },
    });
    const remove = playback.addTap({
      write: ({ samples, heardAtMs }: TappedSamples) =>
        given.push({ samples: [...samples], atMs: heardAtMs - clock.now() }),
    });
    sent.length = 0;
    const samples = Float32Array.from({ length: 2_000 }, (_, i) => i);
    const heardAtMs = performance.timeOrigin + performance.now() + 500;
    tell({ type: 'tapped', source, route, channels: 1, heardAtMs, samples, length: 1_000 });
    expect(given.map((each) => each.samples.length)).to.deep.equal([480, 480, 40]);
    expect(given.flatMap((each) => each.samples)).to.deep.equal([...samples.subarray(0, 1_000)]);
    expect(given[0]?.atMs).to.be.within(300, 500);
    expect((given[1]?.atMs ?? 0) - (given[0]?.atMs ?? 0)).to.be.closeTo(10, 1e-6);
    expect(sent).to.have.length(1);
    expect(sent[0]).to.include({ type: 'returned' });
    expect(failures).to.have.length(3);
    remove();
    remove();
    expect(sent).to.have.length(1);
  });

  it('asks for statistics when it is asked, and has those that came last', () => {
    const { playback, node } = setUp();
    expect(playback.statistics().size).to.equal(0);
    const { sent, tell } = node();
    sent.length = 0;
    playback.statistics();
    playback.statistics();
    expect(sent).to.deep.equal([{ type: 'askStatistics' }]);
    const numbers = { playoutDelayMs: 40, played: 7, concealedMs: 0, late: 0, skipped: 0 };
    const talker = { ...numbers, source, priority: Priorities.normal, duckingDb: 0 };
    tell({ type: 'statistics', talkers: [talker] });
    expect(playback.statistics().get(source.id)).to.deep.equal(talker);
    expect(sent).to.have.length(2);
    playback.detach();
    expect(playback.statistics().size).to.equal(0);
  });

  it('passes on frames of a replay, ends, refusals and failures', () => {
    const { playback, refused, failures, node } = setUp();
    playback.receive(opusFrame(0));
    const { sent, tell } = node();
    sent.length = 0;
    playback.receive(opusFrame(1));
    playback.clear();
    expect(sent.map(({ type }) => type)).to.deep.equal(['frame', 'clear']);
    const [frame] = sent;
    const now = performance.timeOrigin + performance.now();
    expect(frame?.type === 'frame' && now - frame.arrivedAtMs).to.be.within(0, 200);
    tell({ type: 'packetsRefused', count: 3 });
    tell({ type: 'failed', code: 'ERR_CODEC_WASM', message: 'no module' });
    expect(refused).to.deep.equal([3]);
    expect(failures[0]).to.include({ code: 'ERR_CODEC_WASM', message: 'no module' });
  });
});
