import type { Channel } from '../channel/channel.js';
import type { ParticipantRecord } from './organization-state.js';

/** How the live objects find each other. */
export interface ParticipantRelations {
  channelsOf(session: string): readonly Channel[];
  isTalking(session: string): boolean;
}

/**
 * One session of a user in the organization. A live object: its properties are always current, and
 * keep their last values after the participant has left.
 */
export class Participant {
  readonly #record: ParticipantRecord;
  readonly #relations: ParticipantRelations;

  constructor(record: ParticipantRecord, relations: ParticipantRelations) {
    this.#record = record;
    this.#relations = relations;
  }

  /** Id of the session. A user with two devices is two participants. */
  get id(): string {
    return this.#record.view.session;
  }

  /** Id of the user, as `client.whisper` takes it. */
  get userId(): string {
    return this.#record.view.user.id;
  }

  get name(): string {
    return this.#record.view.user.name;
  }

  get guest(): boolean {
    return this.#record.view.user.guest;
  }

  /** Has muted itself on all nets. */
  get muted(): boolean {
    return this.#record.view.muted;
  }

  get deafened(): boolean {
    return this.#record.view.deafened;
  }

  /** Its control connection is cut; it may come back, and its voice may go on meanwhile. */
  get away(): boolean {
    return this.#record.view.away;
  }

  /** Talks on a net that this client may see. */
  get talking(): boolean {
    return this.#relations.isTalking(this.id);
  }

  /** Joined channels, in the order of the tree. */
  get channels(): readonly Channel[] {
    return this.#relations.channelsOf(this.id);
  }
}
