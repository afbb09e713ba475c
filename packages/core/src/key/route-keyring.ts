import {
  createNodeCipher,
  encodeBase64,
  uuidBytes,
  type RouteKeys,
  type RouteView,
} from '@sidetone/protocol';
import type { CancelTimer, Clock } from '../contracts/clock.js';
import type { KeyService, RouteEpoch } from '../contracts/key-service.js';
import type { Logger } from '../contracts/logger.js';
import { errorMessage } from '../error/error-message.js';
import type { SessionOutlet } from '../session/session-outlet.js';
import type { Entitlement } from './entitlement.js';
import { KeyRotation } from './key-rotation.js';
import { LiveEpochs } from './live-epochs.js';
import type { Sender } from './sender.js';

export interface RouteKeyringOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly keyService: KeyService;
  readonly route: RouteView;
  /** As one holder may know it. */
  readonly viewFor: (sessionId: string) => RouteView;
  readonly outletOf: (sessionId: string) => SessionOutlet | undefined;
  /** A new epoch is active. */
  readonly rotated: (epoch: number) => void;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;

/**
 * The keys of one route: who holds them, who seals with them, and which epochs are live. Whoever
 * calls decides who is entitled; the keyring brings keys to holders and takes them out of use.
 */
export class RouteKeyring {
  /** For the packet path. */
  readonly epochs: LiveEpochs = new LiveEpochs();
  readonly #options: RouteKeyringOptions;
  readonly #rotation: KeyRotation;
  readonly #cipher = createNodeCipher();
  readonly #routeIdBytes: Uint8Array;
  readonly #holders = new Map<string, Entitlement>();
  /** By session. */
  readonly #senders = new Map<string, Set<Sender>>();
  #active: RouteEpoch | null = null;
  #closed = false;
  #cancelRetry: CancelTimer | null = null;
  #opened: Promise<void> | null = null;
  #senderViews: RouteKeys['senders'] | null = null;

  constructor(options: RouteKeyringOptions) {
    this.#options = options;
    this.#routeIdBytes = uuidBytes(options.route.id);
    this.#rotation = new KeyRotation(options.clock, {
      make: async () => await options.keyService.rotate(options.route.id),
      install: (next) => this.#install(next),
      activate: (next) => this.#activate(next),
      failed: (cause, retryMs) =>
        this.#warn('the next key of a route could not be made', cause, retryMs),
    });
  }

  /**
   * Makes the first epoch, once. Settles when it is there or its first attempt has failed; more
   * follow. Never rejects.
   */
  open(): Promise<void> {
    this.#opened ??= this.#makeFirst(FIRST_RETRY_MS);
    return this.#opened;
  }

  /** Session ids and what each may have. */
  get holders(): ReadonlyMap<string, Entitlement> {
    return this.#holders;
  }

  /**
   * Makes the session a holder, or changes what it may have. Losing the secret rotates; nothing is
   * sent here.
   */
  grant(sessionId: string, entitlement: Entitlement): void {
    const before = this.#holders.get(sessionId);
    this.#holders.set(sessionId, entitlement);
    if (before === 'secret' && entitlement === 'send') this.#secretLost(sessionId);
  }

  revoke(sessionId: string): void {
    const entitlement = this.#holders.get(sessionId);
    this.#holders.delete(sessionId);
    if (entitlement === 'secret') this.#secretLost(sessionId);
    else if (entitlement === 'send') this.#rotation.holderGone(sessionId);
  }

  /** The sender's keys and name are part of what holders get from now on. */
  addSender(sender: Sender): void {
    const { session } = sender.source.view;
    const own = this.#senders.get(session) ?? new Set<Sender>();
    this.#senders.set(session, own.add(sender));
    this.#senderViews = null;
  }

  removeSender(sender: Sender): void {
    const { session } = sender.source.view;
    const own = this.#senders.get(session);
    own?.delete(sender);
    if (own?.size === 0) this.#senders.delete(session);
    this.#senderViews = null;
  }

  /** Tells all who may hear, except the talker, who gets it with its keys. */
  announce(sender: Sender): void {
    const { viewFor, outletOf } = this.#options;
    const senders = viewsOf([sender]);
    for (const [sessionId, entitlement] of this.#holders) {
      if (entitlement !== 'secret' || sessionId === sender.source.view.session) continue;
      outletOf(sessionId)?.announceSenders({ route: viewFor(sessionId), senders });
    }
  }

  /** Sends the holder what it is entitled to: the active epoch, then the one being installed. */
  push(sessionId: string): void {
    const outlet = this.#options.outletOf(sessionId);
    if (outlet === undefined) return;
    // A holder that is gone fetches its keys when it is back: a rejection needs no answer here.
    for (const keys of this.keysOf(sessionId)) outlet.installKeys(keys).catch(() => undefined);
  }

  /** Empty for who is no holder, and for a talker without a registered source. */
  keysOf(sessionId: string): RouteKeys[] {
    if (this.#active === null) return [];
    const next = this.#rotation.installing;
    const keys = [this.#keysFor(sessionId, this.#active, true)];
    if (next !== null) keys.push(this.#keysFor(sessionId, next, false));
    return keys.filter((each) => each !== null);
  }

  /** Stops timers and forgets the keys, here and at the service. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#rotation.close();
    this.#cancelRetry?.();
    this.#holders.clear();
    this.#senders.clear();
    this.#active = null;
    this.#options.keyService
      .release(this.#options.route.id)
      .catch((cause: unknown) => this.#warn('the keys of a route could not be released', cause));
  }

  async #makeFirst(retryMs: number): Promise<void> {
    try {
      const first = await this.#options.keyService.current(this.#options.route.id);
      if (this.#closed) return;
      this.#active = first;
      this.epochs.activate(first.epoch, this.#options.clock.now());
      this.#rotation.opened();
    } catch (cause) {
      if (this.#closed) return;
      this.#warn('the first key of a route could not be made', cause, retryMs);
      this.#cancelRetry = this.#options.clock.after(retryMs, () => void this.#makeLate(retryMs));
    }
  }

  /** Who asked in the meantime got nothing: everybody is sent the keys. */
  async #makeLate(retryMs: number): Promise<void> {
    await this.#makeFirst(Math.min(2 * retryMs, LAST_RETRY_MS));
    if (this.#active !== null) for (const sessionId of this.#holders.keys()) this.push(sessionId);
  }

  #secretLost(sessionId: string): void {
    // Without a first epoch nobody has learnt anything yet.
    if (this.#active !== null) this.#rotation.holderLeft(sessionId);
  }

  #install(next: RouteEpoch): ReadonlyMap<string, Promise<void>> {
    const acknowledgements = new Map<string, Promise<void>>();
    for (const sessionId of this.#holders.keys()) {
      const outlet = this.#options.outletOf(sessionId);
      // Each holder has learnt the others' senders; again, they would be a square of them all.
      const keys = this.#keysFor(sessionId, next, false, 'own');
      if (outlet && keys) acknowledgements.set(sessionId, outlet.installKeys(keys));
    }
    return acknowledgements;
  }

  #activate(next: RouteEpoch): void {
    this.#active = next;
    this.epochs.activate(next.epoch, this.#options.clock.now());
    const activation = { route: this.#options.route.id, epoch: next.epoch };
    for (const sessionId of this.#holders.keys()) {
      this.#options.outletOf(sessionId)?.activateKeys(activation);
    }
    this.#options.rotated(next.epoch);
  }

  #keysFor(
    sessionId: string,
    of: RouteEpoch,
    active: boolean,
    named: 'all' | 'own' = 'all',
  ): RouteKeys | null {
    const entitlement = this.#holders.get(sessionId);
    if (entitlement === undefined) return null;
    const route = this.#options.viewFor(sessionId);
    const common = { route, scheme: 'server', epoch: of.epoch, active } as const;
    const own = [...(this.#senders.get(sessionId) ?? [])];
    if (entitlement === 'secret') {
      const senders = named === 'all' ? this.#allSenders() : viewsOf(own);
      return { ...common, secret: encodeBase64(of.secret), senders };
    }
    if (own.length === 0) return null;
    const sendKey = own.map(({ index }): [number, string] => [index, this.#sendKey(of, index)]);
    return { ...common, sendKey, senders: viewsOf(own) };
  }

  #allSenders(): RouteKeys['senders'] {
    this.#senderViews ??= [...this.#senders.values()].flatMap((own) => viewsOf(own));
    return this.#senderViews;
  }

  #sendKey({ secret, epoch }: RouteEpoch, senderIndex: number): string {
    return encodeBase64(
      this.#cipher.deriveSenderBaseKey(secret, this.#routeIdBytes, epoch, senderIndex),
    );
  }

  #warn(message: string, cause: unknown, retryMs?: number): void {
    const { id, kind } = this.#options.route;
    this.#options.log.warn(message, { route: id, kind, cause: errorMessage(cause), retryMs });
  }
}

function viewsOf(senders: Iterable<Sender>): RouteKeys['senders'] {
  return Array.from(senders, ({ index, source }) => [index, source.view]);
}
