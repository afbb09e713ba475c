import type { HeldTarget } from '../../media/speaker.js';
import type { MediaLine } from './media-line.js';

/** Numbers for targets, and what the Worker knows of them. */
export class TargetIds {
  readonly #line: MediaLine;
  readonly #ids = new WeakMap<HeldTarget, number>();
  readonly #targets = new Map<number, HeldTarget>();
  #last = 0;

  constructor(line: MediaLine) {
    this.#line = line;
  }

  /** Tells the Worker of a target that it does not know yet. */
  idOf(target: HeldTarget): number {
    const known = this.#ids.get(target);
    if (known !== undefined) return known;
    const id = ++this.#last;
    this.#ids.set(target, id);
    this.#targets.set(id, target);
    this.#tellLanes(id, target);
    return id;
  }

  targetOf(id: number): HeldTarget | null {
    return this.#targets.get(id) ?? null;
  }

  lanesChanged(target: HeldTarget): void {
    const known = this.#ids.get(target);
    if (known !== undefined) this.#tellLanes(known, target);
  }

  /** The target has ended; whoever hears of it in this turn may still name it. */
  forget(target: HeldTarget): void {
    const id = this.#ids.get(target);
    if (id === undefined) return;
    queueMicrotask(() => {
      this.#targets.delete(id);
      this.#line.post({ type: 'forgetTarget', target: id });
    });
  }

  #tellLanes(target: number, { lanes }: HeldTarget): void {
    this.#line.post({ type: 'lanes', target, lanes });
  }
}
