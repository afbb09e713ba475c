export interface VoiceActivityOptions {
  /** dBFS. */
  readonly openDbfs: number;
  /** dB below `openDbfs` at which voice counts as over. */
  readonly hysteresisDb: number;
  readonly openProbability: number;
  readonly closeProbability: number;
  readonly hangoverMs: number;
}

/** What is known of the sound of a frame. */
export interface FrameLoudness {
  /** RMS; `null` where it cannot be known, which counts as voice. */
  readonly levelDbfs: number | null;
  /** That it is speech, 0-1, from a detector; where there is one its word counts, not the level. */
  readonly voiceProbability: number | null;
}

/** A click is over before this. */
const ATTACK_MS = 40;

/** Finds speech with hysteresis: it opens on what is clearly voice and stays until it is clearly over. */
export class VoiceActivity {
  readonly #options: VoiceActivityOptions;
  #open = false;
  #loudFromMs: number | null = null;
  #closesAtMs = -Infinity;

  constructor(options: VoiceActivityOptions) {
    this.#options = options;
  }

  /** As of the last frame. */
  get open(): boolean {
    return this.#open;
  }

  /** When the voice began that opened it last. */
  get voiceFromMs(): number {
    return this.#loudFromMs ?? Infinity;
  }

  /** Whether it would still be open at the end of a silent frame that ends then. */
  isOpenUntil(endMs: number): boolean {
    return this.#open && endMs <= this.#closesAtMs;
  }

  /** Clear enough to open. */
  isLoud({ levelDbfs, voiceProbability }: FrameLoudness): boolean {
    const { openDbfs, openProbability } = this.#options;
    if (voiceProbability !== null) return voiceProbability >= openProbability;
    return levelDbfs === null || levelDbfs >= openDbfs;
  }

  /** Enough to stay open. */
  isVoice({ levelDbfs, voiceProbability }: FrameLoudness): boolean {
    const { openDbfs, hysteresisDb, closeProbability } = this.#options;
    if (voiceProbability !== null) return voiceProbability >= closeProbability;
    return levelDbfs === null || levelDbfs >= openDbfs - hysteresisDb;
  }

  /** @returns whether the frame belongs to speech */
  add(startMs: number, endMs: number, loudness: FrameLoudness): boolean {
    if (this.#open) {
      if (this.isVoice(loudness)) this.#closesAtMs = endMs + this.#options.hangoverMs;
      this.#open = endMs <= this.#closesAtMs;
      if (!this.#open) this.#loudFromMs = null;
    }
    if (!this.#open) this.#listen(startMs, endMs, loudness);
    return this.#open;
  }

  #listen(startMs: number, endMs: number, loudness: FrameLoudness): void {
    if (!this.isLoud(loudness)) {
      this.#loudFromMs = null;
      return;
    }
    this.#loudFromMs ??= startMs;
    if (endMs - this.#loudFromMs < ATTACK_MS) return;
    this.#open = true;
    this.#closesAtMs = endMs + this.#options.hangoverMs;
  }
}
