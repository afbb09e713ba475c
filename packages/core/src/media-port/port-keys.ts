import {
  buildKid,
  createNodeCipher,
  decodeBase64,
  parseKid,
  RouteSenders,
  uuidBytes,
  type KeysActivate,
  type KeysSenders,
  type NodeOpener,
  type NodeSealer,
  type RouteKeys,
  type RouteView,
  type SourceView,
} from '@sidetone/protocol';

/** Epochs of a route that are kept: receivers need the previous one for two seconds. */
const EPOCHS_KEPT = 8;

interface EpochKeys {
  readonly epoch: number;
  secret: Uint8Array | null;
  /** Base keys of own senders, where the route's secret was not given. */
  readonly sendKeys: Map<number, Uint8Array>;
  readonly openers: Map<number, NodeOpener>;
}

/** Seals with one key, each time under the next counter. */
export interface CountingSealer {
  seal(senderPart: Uint8Array, plaintext: Uint8Array): Uint8Array;
}

interface RouteState {
  readonly view: RouteView;
  active: number;
  readonly epochs: Map<number, EpochKeys>;
  /** They belong to the route, not to an epoch. */
  readonly senders: RouteSenders;
  /** By KID and epoch; an entry outlives re-installation, or its counter would start anew. */
  readonly sealers: Map<string, CountingSealer>;
}

/** Who sealed a frame, on which route, and what opens it. */
export interface FrameOrigin {
  readonly route: RouteView;
  readonly source: SourceView;
  readonly opener: NodeOpener;
}

/** The keys of one participant inside the process. They never leave core. */
export class PortKeys {
  readonly #cipher = createNodeCipher();
  readonly #routes = new Map<string, RouteState>();
  readonly #byHandle = new Map<number, RouteState>();

  install(keys: RouteKeys): void {
    const state = this.#route(keys.route);
    state.senders.add(keys.senders);
    const held = state.epochs.get(keys.epoch) ?? {
      epoch: keys.epoch,
      secret: null,
      sendKeys: new Map<number, Uint8Array>(),
      openers: new Map<number, NodeOpener>(),
    };
    if (keys.secret !== undefined) held.secret = decodeBase64(keys.secret, 32);
    for (const [index, key] of keys.sendKey ?? []) {
      const baseKey = decodeBase64(key, 32);
      if (baseKey !== null) held.sendKeys.set(index, baseKey);
    }
    state.epochs.set(keys.epoch, held);
    if (keys.active) this.#activate(state, keys.epoch);
  }

  activate({ route, epoch }: KeysActivate): void {
    const state = this.#routes.get(route);
    if (state !== undefined) this.#activate(state, epoch);
  }

  announce({ route, senders }: KeysSenders): void {
    this.#route(route).senders.add(senders);
  }

  forgetChannel(channelId: string): void {
    for (const { view } of [...this.#routes.values()]) {
      if (view.channel === channelId) this.#forget(view);
    }
  }

  clear(): void {
    this.#routes.clear();
    this.#byHandle.clear();
  }

  /** `null` while the route, the key or the sender is not known. */
  originOf(routeHandle: number, sourceHandle: number, kid: number): FrameOrigin | null {
    const state = this.#byHandle.get(routeHandle);
    if (state === undefined) return null;
    const { senderIndex, epochLow } = parseKid(kid);
    const source = state.senders.sourceOf(senderIndex);
    if (source?.handle !== sourceHandle) return null;
    const keys = newestWith(state.epochs.values(), epochLow);
    const opener = keys && this.#opener(state, keys, senderIndex, kid);
    return opener ? { route: state.view, source, opener } : null;
  }

  /** `null` where there is no key to seal with: not yet, or no more. */
  sealer(routeId: string, sourceId: string): CountingSealer | null {
    const state = this.#routes.get(routeId);
    const index = state?.senders.indexOf(sourceId);
    const keys = state?.epochs.get(state.active);
    if (state === undefined || index === undefined || keys === undefined) return null;
    const name = `${keys.epoch} ${index}`;
    const present = state.sealers.get(name);
    if (present !== undefined) return present;
    const baseKey = this.#baseKey(state, keys, index);
    if (baseKey === null) return null;
    const sealer = countUp(this.#cipher.sealer(baseKey, buildKid(index, keys.epoch)));
    state.sealers.set(name, sealer);
    return sealer;
  }

  #route(view: RouteView): RouteState {
    const present = this.#routes.get(view.id);
    if (present !== undefined) return present;
    const former = this.#byHandle.get(view.handle);
    // A handle is given anew only after it rested: its former route is long over.
    if (former !== undefined) this.#forget(former.view);
    const epochs = new Map<number, EpochKeys>();
    const senders = new RouteSenders((index) => {
      for (const { openers, sendKeys } of epochs.values()) {
        openers.delete(index);
        sendKeys.delete(index);
      }
    });
    const state = { view, active: -1, epochs, senders, sealers: new Map() };
    this.#routes.set(view.id, state);
    this.#byHandle.set(view.handle, state);
    return state;
  }

  #forget({ id, handle }: RouteView): void {
    this.#routes.delete(id);
    this.#byHandle.delete(handle);
  }

  #activate(state: RouteState, epoch: number): void {
    if (!state.epochs.has(epoch) || epoch <= state.active) return;
    state.active = epoch;
    for (const old of state.epochs.keys()) {
      if (old <= epoch - EPOCHS_KEPT) state.epochs.delete(old);
    }
    for (const name of state.sealers.keys()) {
      if (Number.parseInt(name, 10) < epoch) state.sealers.delete(name);
    }
  }

  #opener(state: RouteState, keys: EpochKeys, senderIndex: number, kid: number): NodeOpener | null {
    const present = keys.openers.get(senderIndex);
    if (present !== undefined) return present;
    const baseKey = keys.secret === null ? null : this.#baseKey(state, keys, senderIndex);
    if (baseKey === null) return null;
    const opener = this.#cipher.opener(baseKey, kid);
    keys.openers.set(senderIndex, opener);
    return opener;
  }

  #baseKey({ view }: RouteState, keys: EpochKeys, senderIndex: number): Uint8Array | null {
    if (keys.secret === null) return keys.sendKeys.get(senderIndex) ?? null;
    return this.#cipher.deriveSenderBaseKey(
      keys.secret,
      uuidBytes(view.id),
      keys.epoch,
      senderIndex,
    );
  }
}

function countUp(sealer: NodeSealer): CountingSealer {
  let counter = 0;
  return { seal: (senderPart, plaintext) => sealer.seal(counter++, senderPart, plaintext) };
}

function newestWith(epochs: Iterable<EpochKeys>, epochLow: number): EpochKeys | null {
  let newest: EpochKeys | null = null;
  for (const keys of epochs) {
    if (keys.epoch % 16 === epochLow && keys.epoch > (newest?.epoch ?? -1)) newest = keys;
  }
  return newest;
}
