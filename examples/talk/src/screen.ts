/** What is needed of a terminal; a `tty.WriteStream` has it. */
export interface TerminalOutput {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

const FALLBACK_SIZE = { columns: 80, rows: 24 };
/** A line that is too wide after all (some characters take two columns) must not become two. */
const NO_WRAP = '\x1b[?7l';
const WRAP = '\x1b[?7h';
const ERASE_REST_OF_LINE = '\x1b[K';
const ERASE_BELOW = '\x1b[J';

/** Lines at the bottom of a terminal that are drawn again and again in the same place. */
export class Screen {
  readonly #output: TerminalOutput;
  #drawn = 0;

  constructor(output: TerminalOutput) {
    this.#output = output;
  }

  get size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#output;
    return { columns: columns || FALLBACK_SIZE.columns, rows: rows || FALLBACK_SIZE.rows };
  }

  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}${ERASE_REST_OF_LINE}\n`).join('');
    this.#output.write(`${NO_WRAP}${this.#home()}${text}${ERASE_BELOW}${WRAP}`);
    this.#drawn = lines.length;
  }

  /** Writes a line that stays, above the ones that change. */
  print(line: string): void {
    this.#output.write(`${this.#home()}${ERASE_BELOW}${line}\n`);
    this.#drawn = 0;
  }

  #home(): string {
    return this.#drawn > 0 ? `\x1b[${this.#drawn}F` : '';
  }
}
