import { expect } from 'chai';
import fc from 'fast-check';
import { UplinkGauge } from '../../src/audio/uplink-gauge.js';
import { VoiceWorld, type TestTarget, type VoiceMember } from '../double/voice-world.js';

const REPORT = { loss: 0.1, burst: 2, jitterMs: 12, rttMs: 60 };

describe('The gauge of an uplink', () => {
  const lossOf = (...seqs: number[]) => {
    const gauge = new UplinkGauge();
    for (const seq of seqs) gauge.note(seq);
    return gauge.take();
  };
  const range = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => (from + i) & 0xffff);

  it('finds none in frames that follow each other, over the wrap-around', () => {
    expect(lossOf(...range(65_530, 20))).to.deep.equal({ loss: 0, burst: 1 });
  });

  it('finds how many are missing, and in how long rows', () => {
    const gaps = [...range(0, 10), ...range(13, 10), ...range(24, 6)];
    expect(lossOf(...gaps)).to.deep.equal({ loss: 4 / 30, burst: 2 });
  });

  it('takes no copy, no late frame and no new beginning for a loss', () => {
    const seqs = range(0, 20);
    expect(lossOf(...seqs.flatMap((seq) => [seq, seq]))).to.deep.equal({ loss: 0, burst: 1 });
    [seqs[4], seqs[5]] = [seqs[5]!, seqs[4]!];
    expect(lossOf(...seqs)?.loss).to.equal(0);
    expect(lossOf(...range(0, 10), ...range(30_000, 10))?.loss).to.equal(0);
  });

  it('says nothing of a few frames, and begins anew each time', () => {
    expect(lossOf(...range(0, 9))).to.equal(null);
    const gauge = new UplinkGauge();
    for (const seq of [...range(0, 10), ...range(20, 10)]) gauge.note(seq);
    expect(gauge.take()?.loss).to.be.closeTo(1 / 3, 0.01);
    for (const seq of range(30, 10)) gauge.note(seq);
    expect(gauge.take()).to.deep.equal({ loss: 0, burst: 1 });
  });

  it('stays within 0 and 1 whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff)), (seqs) => {
        const loss = lossOf(...seqs);
        if (loss === null) return;
        expect(loss.loss).to.be.within(0, 1);
        expect(loss.burst).to.be.within(1, 1_000);
      }),
    );
  });
});

describe('The feedback to a talker', () => {
  async function createScene(listeners: number) {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const target = await talker.talksTo({ channels: [net] });
    const heard = Array.from({ length: listeners }, () => world.session([net]));
    return { world, talker, target, heard };
  }

  /** A second of talk, in which the clock goes on. */
  function talk(world: VoiceWorld, target: TestTarget, frames = 50): void {
    for (let i = 0; i < frames; i++) {
      target.say();
      world.clock.advance(20);
    }
  }

  const feedback = ({ outlet }: VoiceMember) => outlet.signals('voiceFeedback');

  it('comes each second while it talks, with what the server itself has lost', async () => {
    const { world, talker, target } = await createScene(0);
    talk(world, target, 200);
    expect(feedback(talker).length).to.be.within(3, 4);
    expect(feedback(talker)[1]).to.deep.include({ uplink: { loss: 0, burst: 1 } });
    expect(feedback(talker)[1]).to.not.have.property('downlink');
    const before = feedback(talker).length;
    world.clock.advance(10_000);
    expect(feedback(talker).length - before).to.be.at.most(1);
  });

  it('has what three of four listeners are better off than', async () => {
    const { world, talker, target, heard } = await createScene(8);
    heard.forEach((listener, n) =>
      world.plane.report(listener.id, { ...REPORT, loss: n / 100, burst: n + 1 }),
    );
    talk(world, target, 60);
    expect(feedback(talker).at(-1)?.downlink).to.deep.equal({
      loss: 0.05,
      burst: 6,
      jitterMs: 12,
      reports: 8,
    });
  });

  it('has nothing of who hears nothing of it, has left, or has reported long ago', async () => {
    const { world, talker, target, heard } = await createScene(2);
    const [other] = (await world.channels('other')) as [string];
    const stranger = world.session([other]);
    for (const each of [...heard, stranger]) world.plane.report(each.id, REPORT);
    heard[0]!.close();
    talk(world, target, 60);
    expect(feedback(talker).at(-1)?.downlink?.reports).to.equal(1);
    talk(world, target, 400);
    expect(feedback(talker).at(-1)).to.not.have.property('downlink');
    expect(feedback(stranger)).to.deep.equal([]);
  });

  it('is one for each source, however many of its targets are held', async () => {
    const { world, talker, target } = await createScene(1);
    const [second] = (await world.channels('second')) as [string];
    talker.join(second);
    const other = await talker.talksTo({ channels: [second] });
    for (let i = 0; i < 100; i++) {
      target.say();
      other.say();
      world.clock.advance(20);
    }
    expect(feedback(talker).length).to.be.at.most(2);
  });

  it('asks some of very many listeners', async () => {
    const { world, talker, target, heard } = await createScene(600);
    for (const each of heard) world.plane.report(each.id, REPORT);
    talk(world, target, 60);
    expect(feedback(talker).at(-1)?.downlink).to.include({ loss: 0.1 });
    expect(feedback(talker).at(-1)?.downlink?.reports).to.be.within(150, 256);
  });
});
