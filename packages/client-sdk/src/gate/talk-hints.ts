export interface TalkHintOptions {
  /** Sending without voice for so long is worth a hint; `null` for none. */
  readonly hotMicHintMs: number | null;
  /** And for so long is enough; `null` never stops. */
  readonly hotMicStopMs: number | null;
}

/** One frame, as far as the hints go. */
export interface ObservedFrame {
  readonly durationMs: number;
  /** It has somewhere to go, by a key, by voice or because the gate is open. */
  readonly talking: boolean;
  /** And only for the last reason: silence there is no mistake. */
  readonly alwaysOpen: boolean;
  /** It goes nowhere after all, because this client has muted itself. */
  readonly muted: boolean;
  /** RMS; `null` where it cannot be known. */
  readonly levelDbfs: number | null;
  /** Loud enough to open the gate. */
  readonly loud: boolean;
  /** Loud enough to keep it open. */
  readonly voice: boolean;
}

export type TalkHint = 'talkedWhileMuted' | 'signalMissed' | 'hotMicNoticed' | 'hotMicStopped';

const MUTED_TALK_MS = 300;
/** Between two words. */
const WORD_GAP_MS = 250;
/** Who is silent for so long while muted has taken the hint. */
const MUTED_PAUSE_MS = 5_000;
const NO_SIGNAL_MS = 5_000;
const NO_SIGNAL_DBFS = -70;

/** Notices what a talker should know. Each hint is given once for each time that it happens. */
export class TalkHints {
  readonly #options: TalkHintOptions;
  #mutedTalkMs = 0;
  #mutedQuietMs = 0;
  #noSignalMs = 0;
  #noVoiceMs = 0;

  constructor(options: TalkHintOptions) {
    this.#options = options;
  }

  observe(frame: ObservedFrame): readonly TalkHint[] {
    const hints: TalkHint[] = [];
    if (this.#talksWhileMuted(frame)) hints.push('talkedWhileMuted');
    if (this.#missesSignal(frame)) hints.push('signalMissed');
    const hotMic = this.#noticeHotMic(frame);
    if (hotMic) hints.push(hotMic);
    return hints;
  }

  #talksWhileMuted({ durationMs, talking, muted, loud }: ObservedFrame): boolean {
    if (!muted) {
      this.#mutedTalkMs = 0;
      return false;
    }
    if (!talking || !loud) {
      this.#mutedQuietMs += durationMs;
      const wasTold = this.#mutedTalkMs > MUTED_TALK_MS;
      if (this.#mutedQuietMs > (wasTold ? MUTED_PAUSE_MS : WORD_GAP_MS)) this.#mutedTalkMs = 0;
      return false;
    }
    this.#mutedQuietMs = 0;
    const before = this.#mutedTalkMs;
    this.#mutedTalkMs += durationMs;
    return before <= MUTED_TALK_MS && this.#mutedTalkMs > MUTED_TALK_MS;
  }

  #missesSignal({ durationMs, talking, muted, levelDbfs }: ObservedFrame): boolean {
    const isMissing = talking && !muted && levelDbfs !== null && levelDbfs <= NO_SIGNAL_DBFS;
    const before = this.#noSignalMs;
    this.#noSignalMs = isMissing ? before + durationMs : 0;
    return passes(NO_SIGNAL_MS, before, this.#noSignalMs);
  }

  #noticeHotMic({ durationMs, talking, alwaysOpen, muted, voice }: ObservedFrame): TalkHint | null {
    const before = this.#noVoiceMs;
    const isHot = talking && !alwaysOpen && !muted && !voice;
    this.#noVoiceMs = isHot ? before + durationMs : 0;
    const { hotMicHintMs, hotMicStopMs } = this.#options;
    if (passes(hotMicStopMs, before, this.#noVoiceMs)) return 'hotMicStopped';
    return passes(hotMicHintMs, before, this.#noVoiceMs) ? 'hotMicNoticed' : null;
  }
}

function passes(limitMs: number | null, beforeMs: number, nowMs: number): boolean {
  return limitMs !== null && beforeMs < limitMs && nowMs >= limitMs;
}
