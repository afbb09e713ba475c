import { EPOCHS_IN_KID, ReplayWindow } from '@sidetone/protocol';
import type { TalkSource } from '../talk/talk-source.js';

interface EpochWindow {
  readonly epoch: number;
  readonly window: ReplayWindow;
}

/**
 * A source as it seals on one route. Its index is never given again within the life of the route, and
 * its counters are judged here, once for all paths.
 */
export class Sender {
  readonly source: TalkSource;
  /** What the KID of its frames has to name. */
  readonly index: number;
  /** Talk handles that seal as this sender; with the last one the sender ends. */
  lineCount = 0;
  readonly #windows = new Array<EpochWindow | undefined>(EPOCHS_IN_KID);

  constructor(source: TalkSource, index: number) {
    this.source = source;
    this.index = index;
  }

  /** Records a counter; `false` when this epoch has seen it, or is too far past it to tell. */
  accept(epoch: number, counter: number): boolean {
    const slot = epoch % EPOCHS_IN_KID;
    let entry = this.#windows[slot];
    if (entry === undefined || entry.epoch !== epoch) {
      entry = { epoch, window: new ReplayWindow() };
      this.#windows[slot] = entry;
    }
    return entry.window.accept(counter);
  }
}
