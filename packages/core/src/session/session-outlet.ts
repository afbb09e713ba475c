import type {
  CloseReason,
  KeysActivate,
  KeysSenders,
  RouteKeys,
  SignalName,
  SignalPayload,
} from '@sidetone/protocol';

/**
 * Where the messages of one session go: over its control connection, or to a participant inside
 * the process. Every method is harmless after `close`.
 */
export interface SessionOutlet {
  /** One numbered state event; `payload` is its JSON text, encoded once for all who see it. */
  state(name: string, payload: string): void;
  signal<S extends SignalName>(name: S, payload: SignalPayload<S>): void;
  /** An event of a plugin, unnumbered; `payload` is JSON text of the plugin's own schema. */
  pluginEvent(name: string, payload: string): void;
  /** Resolves when the holder has acknowledged; rejects when it is gone or answered with an error. */
  installKeys(keys: RouteKeys): Promise<void>;
  activateKeys(activation: KeysActivate): void;
  announceSenders(senders: KeysSenders): void;
  /**
   * A right to see has been lost: a client that is away comes back to a snapshot, not to events that
   * tell of what it may not see any more.
   */
  forgetHistory?(): void;
  close(reason: CloseReason, detail: string): void;
}
