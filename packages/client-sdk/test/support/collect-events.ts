import type { ClientEvent, ClientEventName } from '../../src/client/client-events.js';
import type { Client } from '../../src/client/client.js';

/** Every event of one kind from now on. */
export function collect<E extends ClientEventName>(client: Client, name: E): ClientEvent<E>[] {
  const events: ClientEvent<E>[] = [];
  const listener = (event: ClientEvent<E>): void => void events.push(event);
  client.on(name, listener);
  return events;
}

/** What state events say, one line each, in the order in which the app heard them. */
export function recordState(client: Client): string[] {
  const lines: string[] = [];
  const say = (...words: string[]): void => void lines.push(words.join(' '));
  client.on('channelCreated', ({ channel }) => say('created', channel.name));
  client.on('channelUpdated', ({ channel }) => say('updated', channel.name));
  client.on('channelMoved', ({ channel }) => say('moved', channel.name));
  client.on('channelDeleted', ({ channel }) => say('deleted', channel.name));
  client.on('participantJoined', ({ participant }) => say(participant.name, 'joined'));
  client.on('participantUpdated', ({ participant }) => say(participant.name, 'updated'));
  client.on('participantAway', ({ participant }) =>
    say(participant.name, participant.away ? 'away' : 'back'),
  );
  client.on('participantLeft', ({ participant }) => say(participant.name, 'left'));
  client.on('membershipChanged', ({ participant, channel, membership }) =>
    say(participant.name, membership ? 'in' : 'out of', channel.name),
  );
  return lines;
}
