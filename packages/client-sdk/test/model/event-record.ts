import type { Client } from '../../src/client/client.js';
import type { Participant } from '../../src/state/participant.js';
import {
  CHANNELS,
  copyOf,
  emptyScene,
  inLine,
  joinedLine,
  NETS,
  newcomer,
  outLine,
  type Scene,
} from './person.js';
import { applyLine, say, type Lines } from './scene-change.js';

export type LabelOf = (session: string, name: string) => string;

/** Everything that an app is told of others, as lines; and the scene that these lines make up. */
export class EventRecord {
  readonly #client: Client;
  readonly #labelOf: LabelOf;
  /** What the lines come to, from the first snapshot on. */
  folded: Scene = emptyScene();
  readonly problems: string[] = [];
  #lines: Lines = new Map();

  constructor(client: Client, labelOf: LabelOf) {
    this.#client = client;
    this.#labelOf = labelOf;
    client.on('stateChanged', ({ previous, state }) => {
      // The first snapshot is no news.
      if (previous.status === 'connecting' && state.status === 'connected') {
        this.folded = this.scene();
      }
    });
    this.#listenToPeople();
    client.on('channelUpdated', ({ channel }) =>
      this.#add(CHANNELS, `topic ${channel.name} ${channel.topic}`),
    );
    for (const event of ['channelCreated', 'channelDeleted', 'channelMoved'] as const) {
      client.on(event, ({ channel }) => void this.problems.push(`${event} ${channel.name}`));
    }
    client.on('messageRejected', ({ message }) => void this.problems.push(message));
    client.on('restoreFailed', ({ failure, error }) => {
      this.problems.push(`not restored: ${failure.what} (${error.message})`);
    });
  }

  /** Lines since the last call. */
  take(): Lines {
    const lines = this.#lines;
    this.#lines = new Map();
    return lines;
  }

  /** The scene as the app can read it now. */
  scene(): Scene {
    const scene = emptyScene();
    const { channels, participants } = this.#client;
    for (const participant of participants.all()) {
      const { muted, away } = participant;
      scene.people.set(this.#label(participant), newcomer(muted, away));
    }
    for (const net of NETS) {
      const channel = channels.find(net);
      scene.topics.set(net, channel?.topic ?? 'missing');
      for (const { participant, membership } of channel?.occupants ?? []) {
        scene.people.get(this.#label(participant))?.stays.set(net, flagsOf(membership));
      }
    }
    return copyOf(scene);
  }

  #listenToPeople(): void {
    const client = this.#client;
    client.on('participantJoined', ({ participant }) =>
      this.#add(this.#label(participant), joinedLine(participant)),
    );
    client.on('participantLeft', ({ participant, reason }) =>
      this.#add(this.#label(participant), `left ${reason}`),
    );
    client.on('participantAway', ({ participant }) =>
      this.#add(this.#label(participant), participant.away ? 'away' : 'back'),
    );
    client.on('participantUpdated', ({ participant }) =>
      this.#add(this.#label(participant), participant.muted ? 'muted' : 'unmuted'),
    );
    client.on('membershipChanged', ({ channel, participant, membership, reason }) => {
      const line = membership
        ? inLine(channel.name, flagsOf(membership))
        : outLine(channel.name, reason);
      this.#add(this.#label(participant), line);
    });
  }

  #label({ id, name }: Participant): string {
    return this.#labelOf(id, name);
  }

  #add(label: string, line: string): void {
    say(this.#lines, label, line);
    const problem = applyLine(this.folded, label, line);
    if (problem !== null) this.problems.push(problem);
  }
}

export function flagsOf(flags: {
  readonly muted: boolean;
  readonly mutedByModerator: boolean;
}): string {
  return (flags.muted ? 'm' : '') + (flags.mutedByModerator ? 'M' : '');
}
