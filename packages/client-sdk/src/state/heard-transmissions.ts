import type { TransmissionView } from '@sidetone/protocol';
import type { HeardTable } from '../mixing/heard-talk.js';
import { patchedNetsOf } from '../patch/heard-nets.js';
import type { OrganizationState } from './organization-state.js';
import type { TransmissionBook } from './transmission-book.js';

/** The control state, as the mix asks for it. */
export class HeardTransmissions implements HeardTable {
  readonly #book: TransmissionBook;
  readonly #state: OrganizationState;
  readonly #selfSession: () => string | undefined;

  constructor(
    book: TransmissionBook,
    state: OrganizationState,
    selfSession: () => string | undefined,
  ) {
    this.#book = book;
    this.#state = state;
    this.#selfSession = selfSession;
  }

  transmissionsOf(sourceId: string): readonly TransmissionView[] {
    return this.#book.ofSource(sourceId);
  }

  sources(): Iterable<string> {
    return this.#book.sources();
  }

  hears(channelId: string): boolean {
    const self = this.#selfSession();
    if (self === undefined) return false;
    const membership = this.#state.channels.get(channelId)?.members.get(self)?.view;
    if (membership === undefined || !membership.listening) return false;
    return !membership.deafened && !membership.deafenedByModerator;
  }

  channelsOfPatch(patchId: string): readonly string[] {
    return this.#state.patches.get(patchId)?.view.channels ?? NO_CHANNELS;
  }

  patchedNets(): ReadonlyMap<string | null, string> {
    const self = this.#selfSession();
    return self === undefined ? NO_NETS : patchedNetsOf(this.#state, self);
  }
}

const NO_CHANNELS: readonly string[] = Object.freeze([]);
const NO_NETS: ReadonlyMap<string | null, string> = new Map();
