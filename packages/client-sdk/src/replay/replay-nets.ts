import type { RouteView, TransmissionView } from '@sidetone/protocol';
import { ownNetOf } from '../patch/heard-nets.js';
import type { OrganizationState } from '../state/organization-state.js';
import type { TransmissionBook } from '../state/transmission-book.js';

/** A frame that was heard, or the last one of what is kept. */
export interface HeardFrame {
  readonly source: { readonly id: string };
  readonly route: RouteView;
  readonly seq: number;
}

/** On which nets something is heard, and whether it may be kept. */
export interface ReplayNets {
  /** Ids of the client's own nets; none for a whisper. `null` where one of them forbids to keep it. */
  of(frame: HeardFrame): ReadonlySet<string> | null;
}

/** By the control state, with all nets of a transmission: its frames come by one of them alone. */
export class KnownNets implements ReplayNets {
  readonly #state: OrganizationState;
  readonly #book: TransmissionBook;
  readonly #selfSession: () => string | undefined;

  constructor(
    state: OrganizationState,
    book: TransmissionBook,
    selfSession: () => string | undefined,
  ) {
    this.#state = state;
    this.#book = book;
    this.#selfSession = selfSession;
  }

  of({ source, route, seq }: HeardFrame): ReadonlySet<string> | null {
    const routes = [route];
    for (const view of this.#book.ofSource(source.id)) {
      if (hasBegun(view, seq)) routes.push(...view.routes);
    }
    const nets = new Set<string>();
    for (const each of routes) {
      const net = this.#ownNet(each);
      if (!this.#allows(each, net)) return null;
      if (net !== undefined) nets.add(net);
    }
    return nets;
  }

  #ownNet(route: RouteView): string | undefined {
    const self = this.#selfSession();
    return self === undefined ? undefined : ownNetOf(route, this.#state, self);
  }

  /** What comes from another net is under the rules of the patch, which are the strictest of all. */
  #allows({ channel }: RouteView, net: string | undefined): boolean {
    for (const id of [channel, net]) {
      if (id !== undefined && this.#state.channels.get(id)?.view.net.replay === false) return false;
    }
    if (net === undefined || net === channel) return true;
    return [...this.#state.patches.values()].every(
      ({ view }) => !view.channels.includes(net) || view.net.replay,
    );
  }
}

/** Whether a frame of this number is of the transmission, or of one after it. */
function hasBegun({ firstSeq }: TransmissionView, seq: number): boolean {
  return ((seq - firstSeq) & 0xffff) < 0x8000;
}
