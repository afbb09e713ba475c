import { wallTime } from './hearing.js';

/** What one person has heard of another by one net. */
export interface NetHearing {
  readonly talker: string;
  /** Name of the net; `unseen` for one that may not be seen, `shout` or `whisper`. */
  readonly net: string;
  /** Different frames that came. */
  readonly frames: number;
  /** Frames that the app was given a second time, by this net or another. */
  readonly doubled: number;
  /** Wall time in ms. */
  readonly firstAt: number;
}

/** Frames as they came, by talker and net. */
export class NetEars {
  #hearings = new Map<string, { -readonly [K in keyof NetHearing]: NetHearing[K] }>();
  #seen = new Set<string>();

  get hearings(): readonly NetHearing[] {
    return [...this.#hearings.values()];
  }

  hear(talker: string, net: string, seq: number): void {
    const key = `${talker} on ${net}`;
    const hearing = this.#hearings.get(key) ?? {
      talker,
      net,
      frames: 0,
      doubled: 0,
      firstAt: wallTime(),
    };
    this.#hearings.set(key, hearing);
    const frame = `${talker} ${seq}`;
    if (this.#seen.has(frame)) hearing.doubled += 1;
    else hearing.frames += 1;
    this.#seen.add(frame);
  }

  forget(): void {
    this.#hearings = new Map();
    this.#seen = new Set();
  }
}
