import { TypedEmitter } from 'tiny-typed-emitter';
import type { FactName, Facts } from './hooks.js';

/** What the embedding program can listen to. */
export type FactListeners = { [F in FactName]: (fact: Facts[F]) => void };

/**
 * Keeps the listeners of the embedding program. Nobody calls `emit`, in which a listener that
 * throws would keep the others from hearing: the observer queue calls each by itself.
 */
export class FactEmitter extends TypedEmitter<FactListeners> {}
