import type { VoiceFeedback, VoiceReport } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { TalkSource } from '../talk/talk-source.js';
import type { Talker } from '../talk/talker.js';
import type { Roster } from './roster.js';
import type { TransmissionBoard } from './transmission-board.js';

export const FEEDBACK_PERIOD_MS = 1_000;

/** Listeners without losses report every 5 s. */
const FRESH_MS = 6_000;
/** Of more listeners than this some are left out: three quarters of them are found as well. */
const MAX_REPORTS = 256;
/** Of the listeners, who counts: the worst off of the better three quarters. */
const QUARTILE = 0.75;

interface HeldReport extends VoiceReport {
  readonly atMs: number;
}

interface FeedbackBoardParts {
  readonly clock: Clock;
  readonly roster: Roster;
  readonly board: TransmissionBoard;
}

interface Audience {
  readonly talker: Talker;
  /** Handles of the sessions that get its frames, by any of its targets. */
  readonly sinks: Set<number>;
}

/**
 * Tells talkers how their frames fare: those who hear them say what they get, and the server sees
 * itself what it gets. Nothing happens for a frame but the counting of its number.
 */
export class FeedbackBoard {
  readonly #parts: FeedbackBoardParts;
  /** By session handle. */
  readonly #reports = new Map<number, HeldReport>();
  #nextMs = 0;

  constructor(parts: FeedbackBoardParts) {
    this.#parts = parts;
  }

  report(sessionHandle: number, report: VoiceReport): void {
    this.#reports.set(sessionHandle, { ...report, atMs: this.#parts.clock.now() });
  }

  forget(sessionHandle: number): void {
    this.#reports.delete(sessionHandle);
  }

  /** Called while anybody talks. */
  sweep(nowMs: number): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + FEEDBACK_PERIOD_MS;
    for (const [source, audience] of this.#audiences()) this.#tell(source, audience, nowMs);
  }

  #audiences(): Map<TalkSource, Audience> {
    const audiences = new Map<TalkSource, Audience>();
    for (const { target, lines } of this.#parts.board.active) {
      const known = audiences.get(target.source);
      const audience = known ?? { talker: target.talker, sinks: new Set() };
      if (known === undefined) audiences.set(target.source, audience);
      for (const { sinks } of lines) addSome(sinks, audience.sinks);
    }
    return audiences;
  }

  #tell(source: TalkSource, { talker, sinks }: Audience, nowMs: number): void {
    const uplink = source.uplink.take();
    const downlink = this.#downlinkTo(sinks, nowMs);
    if (uplink === null && downlink === null) return;
    this.#parts.roster.session(talker.id)?.outlet.signal('voiceFeedback', {
      source: source.view,
      ...(uplink === null
        ? {}
        : { uplink: { loss: rounded(uplink.loss), burst: rounded(uplink.burst) } }),
      ...(downlink === null ? {} : { downlink }),
    });
  }

  #downlinkTo(
    sinks: ReadonlySet<number>,
    nowMs: number,
  ): NonNullable<VoiceFeedback['downlink']> | null {
    const reports: HeldReport[] = [];
    for (const handle of sinks) {
      const report = this.#reports.get(handle);
      if (report !== undefined && nowMs - report.atMs <= FRESH_MS) reports.push(report);
    }
    if (reports.length === 0) return null;
    return {
      loss: quartile(reports, ({ loss }) => loss),
      burst: quartile(reports, ({ burst }) => burst),
      jitterMs: quartile(reports, ({ jitterMs }) => jitterMs),
      reports: reports.length,
    };
  }
}

/** Evenly spread over the list, and no more than are asked. */
function addSome(from: Uint32Array, to: Set<number>): void {
  const step = Math.ceil(from.length / MAX_REPORTS);
  for (let i = 0; i < from.length && to.size < MAX_REPORTS; i += step) to.add(from[i] as number);
}

function quartile(reports: readonly HeldReport[], of: (report: HeldReport) => number): number {
  const sorted = reports.map(of).sort((a, b) => a - b);
  return rounded(sorted[Math.ceil(QUARTILE * sorted.length) - 1] ?? 0);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
