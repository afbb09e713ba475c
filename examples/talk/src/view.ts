import type { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { renderDisplay, type DisplayState } from './display.js';
import { Screen, type TerminalOutput } from './screen.js';
import { printable } from './talk-failure.js';

/** Shows a person or a program what happens. */
export interface View {
  /** One fact in one line. */
  tell(line: string): void;
  /** Something that is not as it should be. */
  warn(line: string): void;
  close(): void;
}

const REDRAW_MS = 100;
const RECENT_LINES = 4;

/** For pipes and files: a line for each event, without control characters. */
export class LineView implements View {
  readonly #output: Writable;

  constructor(output: Writable) {
    this.#output = output;
  }

  tell(line: string): void {
    this.#output.write(`${printable(line)}\n`);
  }

  warn(line: string): void {
    this.tell(`warning: ${line}`);
  }

  close(): void {}
}

/** For terminals: the display, drawn in place. */
export class TerminalView implements View {
  readonly #screen: Screen;
  readonly #look: (recent: readonly string[]) => DisplayState;
  readonly #timer: NodeJS.Timeout;
  #recent: readonly string[] = [];

  /** @param look answers the state of now, with the lines to show as the last events */
  constructor(output: TerminalOutput, look: (recent: readonly string[]) => DisplayState) {
    this.#screen = new Screen(output);
    this.#look = look;
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  tell(line: string): void {
    this.#recent = [...this.#recent, line].slice(-RECENT_LINES);
  }

  warn(line: string): void {
    this.#screen.print(printable(line));
    this.#draw();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#screen.draw(this.#recent.map(printable));
  }

  #draw(): void {
    this.#screen.draw(renderDisplay(this.#look(this.#recent), this.#screen.size));
  }
}

/** Whether the display can be drawn there. */
export function isTerminal(output: Writable): output is WriteStream {
  return output instanceof WriteStream && output.isTTY && process.env['TERM'] !== 'dumb';
}
