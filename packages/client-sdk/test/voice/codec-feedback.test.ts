import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { ImpairedVoice } from '../support/impaired-voice.js';

const PLENTY_MS = 40_000;

describe('Feedback over a real network', () => {
  let voice: ImpairedVoice;

  before(async () => {
    voice = await ImpairedVoice.start();
  });

  after(() => voice.end());

  it('brings earlier frames along when the listener loses bursts, and none before', async () => {
    const frames: OpusFrame[] = [];
    voice.listener.onFrame((frame) => void frames.push(frame));
    await voice.heard(100);
    expect(frames.some(({ redundancy }) => redundancy !== undefined)).to.equal(false);
    // Bursts of three datagrams, an eighth of all.
    voice.network.set('downlink', { burstLoss: { enterRate: 0.05, leaveRate: 0.33 } });
    const carrying = (): OpusFrame[] => frames.filter(({ redundancy }) => redundancy !== undefined);
    await waitFor(() => carrying().length >= 100, {
      timeoutMs: PLENTY_MS,
      describe: () => `${carrying().length} of ${frames.length} frames carry earlier ones`,
    });
    voice.network.set('downlink', {});
    const heard = new Map(frames.map((frame) => [frame.seq, frame.packet]));
    let covered = 0;
    for (const { seq, redundancy = [] } of carrying()) {
      expect(redundancy.length).to.be.within(1, 4);
      for (const { seqOffset, packet } of redundancy) {
        const original = heard.get(seq - seqOffset);
        if (original) expect(packet).to.deep.equal(original);
        else covered += 1;
      }
    }
    expect(covered).to.be.above(5);
  }).timeout(2 * PLENTY_MS);
});
