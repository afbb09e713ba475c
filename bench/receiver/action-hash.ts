import type { PlayoutAction } from '@sidetone/client-sdk';

const KINDS = { decode: 1, recover: 2, conceal: 3, silence: 4 } as const;

/** FNV-1a (32 bits) over every action with its numbers: two runs that differ anywhere differ here. */
export class ActionHash {
  #hash = 0x811c9dc5;

  get text(): string {
    return this.#hash.toString(16).padStart(8, '0');
  }

  add(action: PlayoutAction<unknown>): void {
    this.#word(KINDS[action.kind]);
    if (action.kind === 'silence') return this.#word(action.sampleCount);
    this.#word(Math.round(action.durationMs * 48));
    if (action.kind === 'conceal') return;
    this.#word(action.seq);
    this.#word(action.crossfade ? 1 : 0);
    if (action.kind === 'decode') this.#word(Math.round(action.stretchMs * 48));
  }

  #word(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) {
      this.#hash = Math.imul(this.#hash ^ ((value >>> shift) & 0xff), 0x01000193) >>> 0;
    }
  }
}
