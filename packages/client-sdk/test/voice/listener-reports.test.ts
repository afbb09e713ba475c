import type { VoiceReport } from '@sidetone/protocol';
import { expect } from 'chai';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { ListenerReports } from '../../src/voice/listener-reports.js';
import type { QualityMeasurement } from '../../src/voice/quality-gauge.js';

const frame = (seq: number, id = 'a', start = false) =>
  ({ source: { id }, seq, start }) as unknown as OpusFrame;

const MEASURED: QualityMeasurement = {
  rttMs: 40,
  uplinkLoss: null,
  downlinkLoss: 0,
  jitterMs: 3,
  server: 'answering',
};

function createScene(send?: () => Promise<unknown>) {
  const sent: VoiceReport[] = [];
  const failures: unknown[] = [];
  const reports = new ListenerReports({
    send: (report) => {
      sent.push(report);
      return send?.() ?? Promise.resolve();
    },
    failed: (cause) => void failures.push(cause),
  });
  let seq = 0;
  const second = async (measured: Partial<QualityMeasurement> = {}): Promise<void> => {
    reports.heard(frame(seq++));
    reports.measured({ ...MEASURED, ...measured });
    await new Promise(setImmediate);
  };
  return { reports, sent, failures, second };
}

describe('The reports of a listener', () => {
  it('go out each second while frames are lost, and every fifth while none are', async () => {
    const { sent, second } = createScene();
    for (let i = 0; i < 10; i++) await second();
    expect(sent.length).to.equal(2);
    for (let i = 0; i < 4; i++) await second({ downlinkLoss: 0.1 });
    expect(sent.length).to.equal(6);
    await second();
    expect(sent.at(-1)).to.deep.equal({ loss: 0, burst: 1, jitterMs: 3, rttMs: 40 });
    expect(sent.length).to.equal(7);
    await second();
    expect(sent.length).to.equal(7);
  });

  it('say nothing while nothing is heard, known, or connected', async () => {
    const { reports, sent, second } = createScene();
    reports.measured({ ...MEASURED, downlinkLoss: 0.5 });
    await second({ downlinkLoss: null });
    await second({ server: 'controlDown' });
    await second({ server: 'unreachable' });
    expect(sent).to.deep.equal([]);
    await second({ downlinkLoss: 0.5, rttMs: null, jitterMs: null });
    expect(sent).to.deep.equal([{ loss: 0.5, burst: 1, jitterMs: 0 }]);
  });

  it('do not overtake each other, and one that is lost is made up for', async () => {
    let answer: (() => void) | null = null;
    const { sent, second } = createScene(() => new Promise<void>((resolve) => (answer = resolve)));
    for (let i = 0; i < 3; i++) await second({ downlinkLoss: 0.2 });
    expect(sent.length).to.equal(1);
    answer!();
    await second({ downlinkLoss: 0.2 });
    await second({ downlinkLoss: 0.2 });
    expect(sent.length).to.equal(2);
    const broken = createScene(() => Promise.reject(new Error('lost')));
    for (let i = 0; i < 3; i++) await broken.second({ downlinkLoss: 0.2 });
    expect(broken.sent.length).to.equal(3);
    expect(broken.failures.length).to.equal(3);
  });
});
