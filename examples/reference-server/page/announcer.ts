import { find } from './element.js';

/** Who reads with the ears is not talked over while others come and go in crowds. */
const PAUSE_MS = 1_500;
const MAX_WAITING = 4;

/** Says to screen readers what others see: who comes, goes and begins to talk on one's own nets. */
export class Announcer {
  readonly #element = find('announcements', HTMLParagraphElement);
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  say(sentence: string): void {
    this.#waiting = [...this.#waiting.filter((each) => each !== sentence), sentence];
    this.#waiting = this.#waiting.slice(-MAX_WAITING);
    if (this.#timer === null) this.#next();
  }

  #next(): void {
    this.#timer = null;
    if (this.#waiting.length === 0) return;
    this.#element.textContent = this.#waiting.splice(0).join(' ');
    this.#timer = setTimeout(() => this.#next(), PAUSE_MS);
  }
}
