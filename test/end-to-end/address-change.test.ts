import { expect } from 'chai';
import { addressAndControlLost } from './scenario/address-and-control-lost.js';
import { natRebind } from './scenario/nat-rebind.js';
import { racingAttacker } from './scenario/racing-attacker.js';
import { together } from './support/together.js';

const REBINDS = 3;
const UDP_CLIENTS = 2;
/** Promised is half a second, 25 frames; a machine may be busy with something else. */
const LISTENER_FRAMES = 3 * 25;
const COPIES = 1_000;
const OUTAGE_MS = 5_000;
/** A talker on a busy machine leaves out what it cannot say in time. */
const FRAMES_LOST_IN_OUTAGE = 50;

describe('A new address', function () {
  this.timeout(120_000);

  together({
    'that a NAT gives every five seconds costs a talker nothing, and a listener moments':
      async () => {
        const seen = await natRebind(REBINDS);
        expect(seen.addressesChanged).to.equal(REBINDS * UDP_CLIENTS);
        expect(seen.still.doubled).to.equal(0);
        expect(seen.still.missing, 'frames of the talker').to.equal(0);
        expect(seen.still.frames).to.equal(seen.still.said);
        expect(seen.roamer.doubled).to.equal(0);
        expect(seen.roamer.gaps.length, 'gaps of the listener').to.be.at.most(REBINDS);
        for (const gap of seen.roamer.gaps) expect(gap).to.be.at.most(LISTENER_FRAMES);
        expect(seen.pathChanges, 'changes of path').to.equal(0);
      },

    'cannot be taken by somebody who sends copies on, however fast': async () => {
      const seen = await racingAttacker(COPIES);
      expect(seen.resent).to.equal(COPIES);
      expect(seen.media, 'voice that went to the attacker').to.equal(0);
      expect(seen.others, 'answers to the attacker').to.equal(0);
      const moves = (metrics: Readonly<Record<string, number>>): number =>
        metrics['udp.moved'] ?? 0;
      expect(moves(seen.metricsAfter), 'moves').to.equal(moves(seen.metricsBefore));
      // For each of the two clients; a burst of three at first.
      const mostChallenges = UDP_CLIENTS * (3 + 3 * (seen.attackMs / 1_000));
      expect(seen.challenges, 'the copies were the newest').to.be.within(1, mostChallenges);
      for (const heard of [seen.still, seen.roamer]) {
        expect(heard.missing).to.equal(0);
        expect(heard.doubled).to.equal(0);
        expect(heard.frames).to.equal(heard.said);
      }
    },

    'after five seconds without any network brings voice back, and the control connection':
      async () => {
        const seen = await addressAndControlLost(OUTAGE_MS, false);
        expect(seen.connectionsCut).to.equal(UDP_CLIENTS);
        expect(seen.datagramsCut).to.be.at.least(FRAMES_LOST_IN_OUTAGE);
        expect(seen.addressesChanged).to.equal(UDP_CLIENTS);
        expect(seen.sameSessions).to.equal(true);
        for (const heard of [seen.still, seen.roamer]) {
          expect(heard.doubled).to.equal(0);
          expect(heard.gaps, 'gaps').to.have.lengthOf(1);
          expect(heard.missing).to.be.at.least(FRAMES_LOST_IN_OUTAGE);
          expect(heard.frames + heard.missing).to.equal(heard.said);
        }
      },
  });
});
