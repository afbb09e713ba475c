import type { BrowserClient } from '@sidetone/client-sdk';
import { find, setText } from './element.js';
import type { NetBoard } from './net-board.js';

const TITLE = document.title;

/** Where this client talks now, and for how long: always at the same place of the page. */
export class OnAirBanner {
  readonly #client: BrowserClient;
  readonly #nets: NetBoard;
  readonly #element = find('on-air', HTMLParagraphElement);
  readonly #sign = find('on-air-sign', HTMLElement);
  readonly #names = find('on-air-nets', HTMLSpanElement);
  readonly #time = find('on-air-time', HTMLSpanElement);
  #sinceMs: number | null = null;

  constructor(client: BrowserClient, nets: NetBoard) {
    this.#client = client;
    this.#nets = nets;
    client.on('onAirChanged', ({ onAir }) => {
      const targets = onAir.map(({ target }) => target);
      const names = this.#nets.strips
        .filter(({ target }) => target !== null && targets.includes(target))
        .map(({ name }) => name);
      this.#sinceMs = onAir.length === 0 ? null : Math.min(...onAir.map(({ sinceMs }) => sinceMs));
      this.#element.classList.toggle('sending', onAir.length > 0);
      setText(this.#sign, onAir.length > 0 ? 'ON AIR' : 'Off air');
      setText(this.#names, names.join(', '));
      document.title = onAir.length > 0 ? `● ON AIR: ${names.join(', ')}` : TITLE;
      this.tick();
    });
  }

  update(): void {
    this.#element.hidden = this.#client.self === null;
  }

  tick(): void {
    const seconds =
      this.#sinceMs === null
        ? null
        : Math.floor((this.#client.clock.now() - this.#sinceMs) / 1_000);
    setText(this.#time, seconds === null ? '' : timeText(Math.max(0, seconds)));
  }
}

function timeText(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
