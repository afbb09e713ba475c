/** When to ask whether datagrams pass, from the moment there is a socket. */
const ASK_AT_MS = [0, 100, 300, 700, 1_500] as const;
/** After the last question an answer may take this long. */
const PATIENCE_MS = 2_000;

/** The questions of one attempt at a path. */
export class AskSchedule {
  readonly openedAt: number;
  #asked = 0;

  constructor(openedAtMs: number) {
    this.openedAt = openedAtMs;
  }

  /** When the next question is due; `Infinity` after the last. */
  get nextAt(): number {
    const delayMs = ASK_AT_MS[this.#asked];
    return delayMs === undefined ? Infinity : this.openedAt + delayMs;
  }

  /** From then on no answer is expected any more. */
  get overAt(): number {
    return this.openedAt + Math.max(...ASK_AT_MS) + PATIENCE_MS;
  }

  asked(): void {
    this.#asked += 1;
  }
}
