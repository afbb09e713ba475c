import { expect } from 'chai';
import { addressAndControlLost } from '../end-to-end/scenario/address-and-control-lost.js';
import { cutControl, resumeTimesMs } from '../end-to-end/scenario/cut-control.js';
import { halfOpen } from '../end-to-end/scenario/half-open.js';
import { natRebind } from '../end-to-end/scenario/nat-rebind.js';
import { udpKilled } from '../end-to-end/scenario/udp-killed.js';
import { quote, summarize, TOLERANCE } from './support/figure.js';

const CUTS = 100;
const REBINDS = 6;

describe('The connection that never lets go', function () {
  this.timeout(240_000);

  it('resumes within a second of a cut', async () => {
    const quiet = await cutControl({ cuts: 0, wildCuts: 0, quietMs: 10_000 });
    const seen = await cutControl({ cuts: CUTS, wildCuts: 0 });
    expect(seen.heard[0]?.missing).to.equal(0);
    expect(quiet.heard[0]?.missing).to.equal(0);
    const { median, worst, count } = summarize(Object.values(seen.outages).flatMap(resumeTimesMs));
    expect(count).to.equal(3 * CUTS);
    quote('resume in ms', { median, worst, of: count, promised: 1_000 });
    quote('longest silence of the listener in ms', {
      cut: seen.heard[0]?.silences[0]?.ms ?? 0,
      quiet: quiet.heard[0]?.silences[0]?.ms ?? 0,
    });
    expect(worst).to.be.at.most(TOLERANCE * 1_000);
  });

  it('notices a half-open connection within 8 s, and has no socket of it after 10 s', async () => {
    const { serverNoticedMs, clientsNoticedMs, socketsGoneMs, detachedMs } = await halfOpen();
    const client = Math.max(...clientsNoticedMs);
    quote('noticed in ms', { server: serverNoticedMs, client, promised: 8_000 });
    quote('socket gone in ms', { server: socketsGoneMs, promised: 10_000 });
    quote('session kept in ms', { kept: detachedMs, configured: 6_000 });
    // Timers of the protocol and no matter of a fast machine: one check of slack.
    expect(serverNoticedMs).to.be.at.most(8_000 + 2_000);
    expect(client).to.be.at.most(8_000 + 1_000);
    expect(socketsGoneMs).to.be.at.most(10_000);
  });

  it('follows an address that changes every 5 s: 100 ms for who talks, 500 ms for who listens', async () => {
    const quiet = await natRebind(REBINDS, false);
    const seen = await natRebind(REBINDS);
    expect(seen.addressesChanged).to.equal(2 * REBINDS);
    expect(seen.still.missing).to.equal(0);
    const talker = summarize(seen.talkerGapsMs);
    const listener = summarize(seen.listenerGapsMs);
    const still = summarize(quiet.talkerGapsMs);
    const roamer = summarize(quiet.listenerGapsMs);
    quote('gap of the talker in ms', { ...talker, quiet: still.worst, promised: 100 });
    quote('gap of the listener in ms', { ...listener, quiet: roamer.worst, promised: 500 });
    expect(talker.worst).to.be.at.most(TOLERANCE * 100);
    expect(listener.worst).to.be.at.most(TOLERANCE * 500);
  });

  for (const [outageMs, hint] of [
    [5_000, false],
    [60_000, true],
  ] as const) {
    const how = hint ? 'when it is told of the return' : 'by itself';
    it(`has voice back 1.5 s after ${outageMs / 1_000} s without a network, ${how}`, async () => {
      const seen = await addressAndControlLost(outageMs, hint);
      expect(seen.sameSessions).to.equal(true);
      expect(seen.addressesChanged).to.equal(2);
      quote('voice back in ms', {
        talker: seen.talkerBackMs,
        listener: seen.listenerBackMs,
        promised: 1_500,
      });
      quote('control back in ms', summarize(seen.controlBackMs) as never);
      expect(seen.talkerBackMs).to.be.at.most(TOLERANCE * 1_500);
      expect(seen.listenerBackMs).to.be.at.most(TOLERANCE * 1_500);
    });
  }

  for (const [kill, promisedMs] of [
    ['refused', 100],
    ['uplink', 3_500],
    ['downlink', 3_500],
  ] as const) {
    const how = kill === 'refused' ? 'with a word' : `in silence on the ${kill}`;
    it(`survives the end of UDP ${how} with a gap of ${promisedMs} ms`, async () => {
      const seen = await udpKilled(kill);
      expect(seen.still.doubled + seen.roamer.doubled).to.equal(0);
      quote('gap in ms', {
        talker: seen.talkerGapMs,
        listener: seen.listenerGapMs,
        promised: promisedMs,
      });
      quote('moved after ms', seen.movedMs);
      quote('back on UDP after ms', { both: seen.backMs });
      expect(seen.talkerGapMs).to.be.at.most(TOLERANCE * promisedMs);
      expect(seen.listenerGapMs).to.be.at.most(TOLERANCE * promisedMs);
    });
  }
});
