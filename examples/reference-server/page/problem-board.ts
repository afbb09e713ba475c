import { find, make, setText } from './element.js';
import type { Explanation } from './explain.js';

export interface ProblemAction {
  readonly label: string;
  readonly run: () => void;
}

interface Shown {
  readonly element: HTMLElement;
  readonly code: HTMLElement;
  readonly sentence: HTMLElement;
  readonly action: HTMLButtonElement;
  run: () => void;
}

/** What is wrong now, one line for each part of the page, with what to do about it. */
export class ProblemBoard {
  readonly #element = find('problems', HTMLDivElement);
  readonly #shown = new Map<string, Shown>();

  /** @param about the part of the page; a later problem of it takes the place of the one before */
  show(about: string, { code, sentence }: Explanation, action: ProblemAction | null = null): void {
    const shown = this.#shown.get(about) ?? this.#create(about);
    setText(shown.code, code);
    setText(shown.sentence, sentence);
    shown.action.hidden = action === null;
    setText(shown.action, action?.label ?? '');
    shown.run = action?.run ?? (() => undefined);
  }

  clear(about: string): void {
    this.#shown.get(about)?.element.remove();
    this.#shown.delete(about);
  }

  #create(about: string): Shown {
    const code = make('code');
    const sentence = make('span', { class: 'sentence' });
    const action = make('button', { attributes: { type: 'button' } });
    const close = make('button', {
      class: 'plain',
      text: 'Close',
      attributes: { type: 'button', 'aria-label': 'Close this message' },
    });
    const element = make('div', { class: 'problem' }, sentence, code, action, close);
    element.dataset['about'] = about;
    const shown: Shown = { element, code, sentence, action, run: () => undefined };
    action.addEventListener('click', () => shown.run());
    close.addEventListener('click', () => this.clear(about));
    this.#shown.set(about, shown);
    this.#element.append(element);
    return shown;
  }
}
