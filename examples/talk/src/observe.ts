import type { Channel, Client } from '@sidetone/client-sdk';
import type { DisplayState, NetState, PersonState } from './display.js';
import type { Levels } from './level.js';
import type { Recording } from './recording.js';

/** Subject of one's own level; those of others are their sessions. */
export const OWN_LEVEL = 'own';

export interface Observed {
  readonly client: Client;
  readonly server: string;
  readonly name: string;
  readonly levels: Levels;
  readonly speechLabel: string | null;
  readonly recording: Recording | null;
  readonly talkTo: Set<Channel>;
  readonly hint: string;
}

/** What the display shows now, read from the live objects. */
export function observe(
  observed: Observed,
  startedAt: number,
  recent: readonly string[],
): DisplayState {
  const { client, server, name, levels, speechLabel, recording, talkTo, hint } = observed;
  const now = performance.now();
  return {
    server,
    name,
    elapsedMs: now - startedAt,
    voice: client.voice,
    speech:
      speechLabel === null
        ? null
        : {
            label: speechLabel,
            level: levels.get(OWN_LEVEL, now),
            muted: client.self?.muted ?? false,
          },
    recording,
    nets: client.channels.joined.map(({ channel }) =>
      netOf(client, levels, channel, talkTo.has(channel), now),
    ),
    recent,
    hint,
  };
}

function netOf(
  client: Client,
  levels: Levels,
  channel: Channel,
  talkTo: boolean,
  now: number,
): NetState {
  const talking = new Set(
    client.transmissions
      .filter(({ channels }) => channels.includes(channel))
      .map(({ talker }) => talker?.id),
  );
  const people = channel.occupants.map(({ participant, membership }): PersonState => {
    const self = participant.id === client.self?.id;
    return {
      name: participant.name,
      self,
      talking: talking.has(participant.id),
      muted: participant.muted || membership.muted || membership.mutedByModerator,
      level: levels.get(self ? OWN_LEVEL : participant.id, now),
    };
  });
  return { name: channel.name, talkTo, people };
}
