import type { BrowserClient } from '@sidetone/client-sdk';
import type { Announcer } from './announcer.js';
import { explain } from './explain.js';
import type { ProblemBoard } from './problem-board.js';

const ABOUT = 'talking';

/** Says what happens on joined nets to who cannot see it, and hints at what one may not notice. */
export function narrate(client: BrowserClient, announcer: Announcer, problems: ProblemBoard): void {
  client.on('transmissionStarted', ({ transmission: { talker, channels } }) => {
    const names = channels.filter(({ membership }) => membership !== null).map(({ name }) => name);
    if (talker === null || talker.id === client.self?.id || names.length === 0) return;
    announcer.say(`${talker.name} talks on ${names.join(', ')}.`);
  });
  client.on('signalMissed', () => {
    const sentence =
      'You hold a talk button, and your microphone gives no signal. Look for a switch on it, or choose another one.';
    problems.show(ABOUT, { code: 'signalMissed', sentence });
  });
  client.on('hotMicStopped', () => {
    const sentence = 'You were on air for 20 s without a word and are not any more. Press again.';
    problems.show(ABOUT, { code: 'hotMicStopped', sentence });
  });
  client.on('restoreFailed', ({ failure, error }) => {
    const what = failure.what === 'membership' ? failure.channelName : 'Something';
    const { code, sentence } = explain(error);
    const begun = `${what} could not be had again after the connection was lost.`;
    problems.show('restore', { code, sentence: `${begun} ${sentence}` });
  });
  client.on('onAirChanged', ({ onAir }) => {
    if (onAir.length > 0) problems.clear(ABOUT);
  });
  narratePresence(client, announcer);
}

function narratePresence(client: BrowserClient, announcer: Announcer): void {
  const present = new Set<string>();
  client.on('stateChanged', ({ state }) => {
    // What was known is known while the client reconnects, and events tell the rest.
    if (state.status === 'reconnecting') return;
    present.clear();
    for (const channel of client.channels.all()) {
      for (const { participant } of channel.occupants)
        present.add(`${participant.id} ${channel.id}`);
    }
  });
  client.on('membershipChanged', ({ channel, participant, membership }) => {
    const place = `${participant.id} ${channel.id}`;
    // A change of flags is the same event and no news.
    const came = membership !== null && !present.has(place);
    if (membership === null) present.delete(place);
    else present.add(place);
    if (channel.membership === null || participant.id === client.self?.id) return;
    if (came) announcer.say(`${participant.name} is in ${channel.name}.`);
    if (membership === null) announcer.say(`${participant.name} has left ${channel.name}.`);
  });
}
