import { resolveGateOptions, type GateSettings } from '../../src/gate/resolve-gate-options.js';
import { TalkGate } from '../../src/gate/talk-gate.js';

/** A gate that is fed frames of 20 ms, and remembers where each of them went, by name. */
export class GateBench {
  readonly gate: TalkGate<string, number>;
  readonly #heard = new Map<string, Set<number>>();
  #number = 0;

  constructor(settings: GateSettings = {}) {
    this.gate = new TalkGate(resolveGateOptions(settings).gate);
  }

  get nowMs(): number {
    return this.#number * 20;
  }

  /** Feeds frames up to that moment. */
  feedUntil(untilMs: number, levelDbfs = -20, voiceProbability: number | null = null): void {
    while (this.nowMs + 20 <= untilMs) {
      const captured = {
        startMs: this.nowMs,
        endMs: this.nowMs + 20,
        frame: this.#number++,
      };
      const decision = this.gate.capture(captured, { levelDbfs, voiceProbability });
      for (const { targets, frames } of decision.preRolls) {
        for (const target of targets) for (const frame of frames) this.#had(target).add(frame);
      }
      for (const target of decision.targets) this.#had(target).add(captured.frame);
    }
  }

  /** What a target has had, as "from-until" in ms, without a break each. */
  heard(target: string): string {
    const spans: { from: number; until: number }[] = [];
    for (const number of [...this.#had(target)].sort((a, b) => a - b)) {
      const last = spans.at(-1);
      if (last?.until === number * 20) last.until += 20;
      else spans.push({ from: number * 20, until: number * 20 + 20 });
    }
    return spans.map(({ from, until }) => `${from}-${until}`).join(' ');
  }

  #had(target: string): Set<number> {
    const had = this.#heard.get(target) ?? new Set();
    this.#heard.set(target, had);
    return had;
  }
}

export const hold = (...targets: string[]) =>
  ({ targets, additive: false, style: 'hold' }) as const;
