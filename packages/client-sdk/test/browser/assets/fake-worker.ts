/** How the next Worker goes on after it was made. */
export type Fate = 'ready' | 'failed' | 'missing' | 'silent' | 'forbidden';

/** A Worker of a page, as far as starting one sees it. */
export class FakeWorker extends EventTarget {
  static fate: Fate = 'ready';
  static made: FakeWorker[] = [];

  readonly url: string;
  terminated = false;

  constructor(url: string | URL) {
    super();
    this.url = String(url);
    FakeWorker.made.push(this);
    const { fate } = FakeWorker;
    if (fate === 'forbidden') throw new DOMException('not from this origin', 'SecurityError');
    queueMicrotask(() => this.#go(fate));
  }

  terminate(): void {
    this.terminated = true;
  }

  #go(fate: Fate): void {
    if (fate === 'missing') this.dispatchEvent(new Event('error'));
    const data =
      fate === 'ready' ? { type: 'ready' } : { type: 'failed', message: 'no wasm may be compiled' };
    if (fate === 'ready' || fate === 'failed') {
      this.dispatchEvent(new MessageEvent('message', { data }));
    }
  }
}
