import type { SourceView } from '@sidetone/protocol';
import { Strip } from '../mixing/strip.js';
import { TalkChoice } from '../mixing/talk-choice.js';
import type { TalkerPlayer } from './talker-player.js';

/** One source that is heard: its sound, as what it is heard, and its place in the mix. */
export class Talker {
  readonly source: SourceView;
  readonly player: TalkerPlayer;
  readonly choice: TalkChoice = new TalkChoice();
  readonly strip: Strip = new Strip();
  lastFrameAt: number;
  /** What others do to its loudness now. */
  duckingDb = 0;
  #silent = true;

  constructor(source: SourceView, player: TalkerPlayer, nowMs: number) {
    this.source = source;
    this.player = player;
    this.lastFrameAt = nowMs;
  }

  /** Whether it has anything to say; once it has not, it begins anew. */
  get sounds(): boolean {
    if (!this.player.idle) {
      this.#silent = false;
      return true;
    }
    if (!this.#silent) {
      this.#silent = true;
      this.choice.reset();
      this.strip.reset();
      this.duckingDb = 0;
    }
    return false;
  }
}
