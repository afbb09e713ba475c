import type { KeyState } from '../../gate/key-board.js';
import type { KeyBinding, Slot, TalkKey } from '../../gate/key-press.js';
import type { TalkMode } from '../../gate/talk-gate.js';
import type { TalkHint } from '../../gate/talk-hints.js';
import type { KeyGate, KeyGateListener } from '../../media/key-gate.js';
import type { HeldTarget } from '../../media/speaker.js';
import type { OnAir } from '../../talk/on-air-book.js';
import type { MediaLine } from './media-line.js';
import type { GateCommand, PackedBinding } from './media-messages.js';
import type { TargetIds } from './target-ids.js';

export interface RemoteGateParts {
  readonly id: number;
  readonly line: MediaLine;
  readonly targets: TargetIds;
  readonly listener: KeyGateListener;
  readonly closed: () => void;
}

/**
 * A gate that the Worker has. What its keys do is known at once as far as it is plain, and exactly
 * when the Worker has said so.
 */
export class RemoteGate<T extends HeldTarget> implements KeyGate<T> {
  readonly #parts: RemoteGateParts;
  #sent = 0;
  #keys: readonly KeyState[] = [];
  #onAir: readonly OnAir<T>[] = [];

  constructor(parts: RemoteGateParts) {
    this.#parts = parts;
  }

  get keys(): readonly KeyState[] {
    return this.#keys;
  }

  get onAir(): readonly OnAir<T>[] {
    return this.#onAir;
  }

  setBase(targets: readonly T[], mode: TalkMode): void {
    this.#command({ method: 'setBase', targets: this.#idsOf(targets), mode });
    this.#add('master');
  }

  bind(slot: Slot, { targets, additive, style }: KeyBinding<T>): void {
    const binding: PackedBinding = { targets: this.#idsOf(targets), additive, style };
    this.#command({ method: 'bind', slot, binding });
    this.#add(slot);
  }

  unbind(slot: Slot, atMs: number): void {
    this.#command({ method: 'unbind', slot, atMs });
    this.#keys = this.#keys.filter(({ key }) => key !== slot);
  }

  press(key: TalkKey, by: string, atMs: number): void {
    this.#command({ method: 'press', key, by, atMs });
    this.#holds(key, true);
  }

  release(key: TalkKey, by: string, atMs: number): void {
    this.#command({ method: 'release', key, by, atMs });
    this.#holds(key, false);
  }

  releaseAll(atMs: number): void {
    this.#command({ method: 'releaseAll', atMs });
    this.#keys = this.#keys.map((each) => ({ ...each, held: false }));
  }

  stop(): void {
    this.#command({ method: 'stop' });
    this.#keys = this.#keys.map(({ key }) => ({ key, held: false, latched: false }));
  }

  targetClosed(target: T): void {
    this.#command({ method: 'targetClosed', target: this.#parts.targets.idOf(target) });
  }

  routesLost(target: T, routeIds: readonly string[]): void {
    this.#command({ method: 'routesLost', target: this.#parts.targets.idOf(target), routeIds });
  }

  close(): void {
    this.#command({ method: 'close' });
    this.#parts.closed();
    this.onAirIs([]);
  }

  /** What the Worker says; it counts unless something was done here since. */
  keysAre(done: number, keys: readonly KeyState[]): void {
    if (done === this.#sent) this.#keys = keys;
  }

  onAirIs(onAir: readonly { readonly target: number; readonly sinceMs: number }[]): void {
    const had = this.#onAir.length > 0;
    this.#onAir = onAir.flatMap(({ target: id, sinceMs }) => {
      const target = this.#parts.targets.targetOf(id);
      return target ? [{ target: target as T, sinceMs }] : [];
    });
    if (had || this.#onAir.length > 0) this.#parts.listener.onAirChanged();
  }

  hint(hint: TalkHint): void {
    this.#parts.listener.hint(hint);
  }

  #command(command: GateCommand): void {
    this.#sent += 1;
    this.#parts.line.post({ type: 'gate', gate: this.#parts.id, command });
  }

  #idsOf(targets: readonly T[]): number[] {
    return targets.map((target) => this.#parts.targets.idOf(target));
  }

  #add(key: TalkKey): void {
    if (this.#keys.some((each) => each.key === key)) return;
    this.#keys = [...this.#keys, { key, held: false, latched: false }];
  }

  #holds(key: TalkKey, held: boolean): void {
    this.#keys = this.#keys.map((each) => (each.key === key ? { ...each, held } : each));
  }
}
