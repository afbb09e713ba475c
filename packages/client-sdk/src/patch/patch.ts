import type { NetPolicy } from '@sidetone/protocol';
import type { Channel } from '../channel/channel.js';
import type { PatchRecord } from '../state/organization-state.js';
import type { Participant } from '../state/participant.js';

/** How the live objects find each other. */
export interface PatchRelations {
  channel(id: string): Channel | null;
  participant(session: string): Participant | null;
}

/**
 * Nets that are joined for a while: who listens on one hears the talkers of all. A live object: its
 * properties are always current, and keep their last values after the patch has ended.
 */
export class Patch {
  readonly #record: PatchRecord;
  readonly #relations: PatchRelations;

  constructor(record: PatchRecord, relations: PatchRelations) {
    this.#record = record;
    this.#relations = relations;
  }

  get id(): string {
    return this.#record.view.id;
  }

  /** Its nets, of those that this client may see. */
  get channels(): readonly Channel[] {
    return this.#record.view.channels.flatMap((id) => this.#relations.channel(id) ?? []);
  }

  /** How many more nets there are that this client may not see. */
  get hiddenChannels(): number {
    return this.#record.view.hiddenChannels;
  }

  /** With whose session it ends; `null` for a program, and for who may not be seen. */
  get owner(): Participant | null {
    const { owner } = this.#record.view;
    return owner === null ? null : this.#relations.participant(owner);
  }

  /** Name of who made it; `null` where that may not be seen. */
  get createdBy(): string | null {
    return this.#record.view.createdBy;
  }

  /** Milliseconds of the Unix epoch, by the server's clock; `null`: until it is ended. */
  get expiresAt(): number | null {
    return this.#record.view.expiresAt;
  }

  /** What holds on all of its nets together. */
  get net(): NetPolicy {
    return this.#record.view.net;
  }
}
