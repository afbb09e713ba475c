import type { TransmissionView } from '@sidetone/protocol';
import type { HeardTalk } from '../mixing/heard-talk.js';
import type { OrganizationState } from './organization-state.js';
import type { TransmissionBook } from './transmission-book.js';

/** The control state, as the mix asks for it. */
export class HeardTransmissions implements HeardTalk {
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
}

const NO_CHANNELS: readonly string[] = Object.freeze([]);
