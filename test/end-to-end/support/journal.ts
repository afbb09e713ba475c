import type { Client, ClientEventName, ClientEvents, Participant } from '@sidetone/client-sdk';

/** What a client has told of the organization, one line an event, in order. */
export class Journal {
  lines: string[] = [];

  constructor(client: Client) {
    const note = <E extends ClientEventName>(
      name: E,
      tell: (event: Parameters<ClientEvents[E]>[0]) => string,
    ): void => {
      const listener = ((event: never) => this.lines.push(`${name} ${tell(event)}`)) as never;
      client.on(name, listener);
    };
    note('channelCreated', ({ channel }) => channel.name);
    note('channelUpdated', ({ channel }) => `${channel.name} "${channel.topic}"`);
    note('channelMoved', ({ channel }) => channel.name);
    note('channelDeleted', ({ channel }) => channel.name);
    note('participantJoined', ({ participant }) => participant.name);
    note('participantLeft', ({ participant, reason }) => `${participant.name} ${reason}`);
    note('participantUpdated', ({ participant }) => `${participant.name} ${mutes(participant)}`);
    note('participantAway', ({ participant }) => {
      return `${participant.name} ${participant.away ? 'away' : 'back'}`;
    });
    note('membershipChanged', ({ channel, participant, membership }) => {
      return `${participant.name} ${channel.name} ${membership ? 'in' : 'out'}`;
    });
    note('restoreFailed', ({ error }) => error.message);
    note('closeAnnounced', ({ reason }) => reason);
    note('messageRejected', ({ message }) => message);
    note('unknownResponse', ({ id }) => String(id));
    note('unknownEvent', ({ name }) => name);
    note('listenerFailed', ({ event, cause }) => `${event} ${String(cause)}`);
  }
}

function mutes({ muted, deafened }: Participant): string {
  return `${muted ? 'muted' : 'unmuted'} ${deafened ? 'deafened' : 'hearing'}`;
}
