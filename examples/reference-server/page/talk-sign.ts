import { make, setText } from './element.js';

/**
 * Whether somebody talks: a ring that fills, and a word for those who do not see it. It has the same
 * size in either state.
 */
export class TalkSign {
  readonly element: HTMLElement = make('span', { class: 'talk-sign' });
  readonly #word = make('span', { class: 'unseen' });

  constructor() {
    this.element.append(this.#word);
  }

  update(talking: boolean): void {
    this.element.classList.toggle('talking', talking);
    setText(this.#word, talking ? 'talking' : '');
  }
}
