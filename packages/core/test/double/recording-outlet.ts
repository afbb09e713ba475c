import type {
  KeysActivate,
  KeysSenders,
  RouteKeys,
  SignalName,
  SignalPayload,
} from '@sidetone/protocol';
import type { SessionOutlet } from '../../src/session/session-outlet.js';

export type OutletEntry =
  | { readonly kind: 'install'; readonly keys: RouteKeys }
  | { readonly kind: 'activate'; readonly activation: KeysActivate }
  | { readonly kind: 'senders'; readonly senders: KeysSenders }
  | { readonly kind: 'signal'; readonly name: SignalName; readonly payload: unknown };

/** Remembers what a session was sent, in order. Acknowledges keys at once unless told otherwise. */
export class RecordingOutlet implements SessionOutlet {
  readonly entries: OutletEntry[] = [];
  /** `held`: acknowledged when the test calls `acknowledge`. `gone`: rejected. */
  acknowledges: 'at once' | 'held' | 'gone' = 'at once';
  readonly #held: (() => void)[] = [];

  state(): void {}
  pluginEvent(): void {}
  close(): void {}

  signal<S extends SignalName>(name: S, payload: SignalPayload<S>): void {
    this.entries.push({ kind: 'signal', name, payload });
  }

  installKeys(keys: RouteKeys): Promise<void> {
    this.entries.push({ kind: 'install', keys });
    if (this.acknowledges === 'gone') return Promise.reject(new Error('the holder is gone'));
    if (this.acknowledges === 'at once') return Promise.resolve();
    return new Promise((resolve) => this.#held.push(resolve));
  }

  activateKeys(activation: KeysActivate): void {
    this.entries.push({ kind: 'activate', activation });
  }

  announceSenders(senders: KeysSenders): void {
    this.entries.push({ kind: 'senders', senders });
  }

  acknowledge(): void {
    for (const resolve of this.#held.splice(0)) resolve();
  }

  signals<S extends SignalName>(name: S): SignalPayload<S>[] {
    return this.entries
      .filter((entry) => entry.kind === 'signal' && entry.name === name)
      .map((entry) => (entry as { payload: SignalPayload<S> }).payload);
  }

  get installed(): RouteKeys[] {
    return this.entries.flatMap((entry) => (entry.kind === 'install' ? [entry.keys] : []));
  }

  get activated(): KeysActivate[] {
    return this.entries.flatMap((entry) => (entry.kind === 'activate' ? [entry.activation] : []));
  }

  get announced(): KeysSenders[] {
    return this.entries.flatMap((entry) => (entry.kind === 'senders' ? [entry.senders] : []));
  }
}
