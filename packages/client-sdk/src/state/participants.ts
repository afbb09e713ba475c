import type { Directory } from './directory.js';
import type { Participant } from './participant.js';

/** Everybody in the organization whom this client may see, itself included. */
export class Participants {
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  all(): readonly Participant[] {
    return this.#directory.allParticipants();
  }

  /** By session id, or the first one of that name. */
  find(idOrName: string): Participant | null {
    return (
      this.#directory.participant(idOrName) ??
      this.all().find((participant) => participant.name === idOrName) ??
      null
    );
  }
}
