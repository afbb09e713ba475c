import { TypedEmitter } from 'tiny-typed-emitter';
import type { ClientEvent, ClientEventName, ClientEvents } from './client-events.js';

/** Tells whoever runs the program, where no listener of the app does. */
export type Warn = (message: string, cause: unknown) => void;

type AnyListener = (event: unknown) => unknown;

/**
 * An emitter whose listeners cannot hurt: each is called for itself, and what one throws, or its
 * promise rejects with, is told as `listenerFailed`, or to the platform when nobody listens to that.
 */
export class ClientEmitter extends TypedEmitter<ClientEvents> {
  readonly #warn: Warn;

  constructor(warn: Warn) {
    super();
    this.#warn = warn;
  }

  override emit<E extends ClientEventName>(
    name: E,
    ...[event]: Parameters<ClientEvents[E]>
  ): boolean {
    const listeners = this.rawListeners(name) as unknown as AnyListener[];
    for (const listener of listeners) this.#call(name, listener, event);
    return listeners.length > 0;
  }

  /** As `emit`, for callers that are generic over the events. */
  tell<E extends ClientEventName>(name: E, event: ClientEvent<E>): void {
    this.emit(name, ...([event] as unknown as Parameters<ClientEvents[E]>));
  }

  /** Tells of a sink or another callback of the app that threw. */
  report(event: string, cause: unknown): void {
    // A failing reporter must not be asked to report itself.
    if (event === 'listenerFailed' || this.listenerCount('listenerFailed') === 0) {
      this.#warn(`a listener of "${event}" failed`, cause);
      return;
    }
    this.emit('listenerFailed', { event, cause });
  }

  #call(name: ClientEventName, listener: AnyListener, event: unknown): void {
    try {
      const answer = listener.call(this, event);
      if (answer instanceof Promise) answer.catch((cause: unknown) => this.report(name, cause));
    } catch (cause) {
      this.report(name, cause);
    }
  }
}
