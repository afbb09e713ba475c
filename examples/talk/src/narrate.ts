import type { Channel, Client, ClientEvent, Participant, Transmission } from '@sidetone/client-sdk';
import type { LeaveReason } from '@sidetone/protocol';
import { explainEnd } from './explain-end.js';
import type { View } from './view.js';

/** Tells the view what happens to the client, in one line each. */
export function narrate(client: Client, view: View): void {
  client.on('voicePathChanged', ({ direction, path }) => {
    view.tell(direction === 'up' ? `Your voice goes over ${path}` : `You hear over ${path}`);
  });
  client.on('voicePathFailed', ({ path, message }) => {
    view.tell(`No voice over ${path}: ${message}`);
  });
  narrateConnection(client, view);
  narratePresence(client, view);
  narrateTalk(client, view);
  client.on('talkedWhileMuted', () => view.warn('You talk, and you are muted'));
  client.on('signalMissed', () => view.warn('Your microphone gives no signal'));
  client.on('hotMicNoticed', () => view.warn('You are on air and say nothing'));
  client.on('hotMicStopped', () => view.warn('You are off air: 20 s without a word'));
  client.on('transmissionRefused', (refusal) => view.warn(refusalLine(refusal)));
  client.on('transmissionEnding', ({ channel, inMs }) => {
    view.warn(`${channel?.name ?? 'A net'} ends what you say in ${Math.round(inMs / 1_000)} s`);
  });
  client.on('closeAnnounced', ({ reason, message }) => {
    // Whoever leaves by himself is told that, too.
    if (reason !== 'SESSION_CLOSED') view.warn(`The server says: ${message}`);
  });
  client.on('messageRejected', ({ message }) => view.warn(`A message was of no use: ${message}`));
  client.on('listenerFailed', ({ event, cause }) => view.warn(`${event} failed: ${String(cause)}`));
}

function narrateConnection(client: Client, view: View): void {
  client.on('stateChanged', ({ state, previous }) => {
    if (state.status === 'reconnecting') {
      if (previous.status === 'connected') view.warn(`No connection: ${explainEnd(state.reason)}`);
      if (state.retryInMs === null) return;
      view.tell(`Attempt ${state.attempt} follows in ${(state.retryInMs / 1000).toFixed(1)} s`);
    } else if (state.status === 'connected' && previous.status === 'reconnecting') {
      view.tell(`Connected again, after ${times(previous.attempt, 'attempt')}`);
    }
  });
  client.on('restoreFailed', ({ failure, error }) => {
    const what = failure.what === 'membership' ? `channel ${failure.channelName}` : failure.what;
    view.warn(`Not as it was: ${what}: ${error.message}`);
  });
}

function times(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** Who comes and goes on joined nets. A change of flags is the same event and no news here. */
function narratePresence(client: Client, view: View): void {
  const present = new Set<string>();
  const placeOf = (participant: Participant, channel: Channel): string =>
    `${participant.id} ${channel.id}`;
  client.on('stateChanged', ({ state }) => {
    // What was known is known while the client reconnects, and events tell the rest.
    if (state.status === 'reconnecting') return;
    present.clear();
    if (state.status !== 'connected') return;
    for (const channel of client.channels.all()) {
      for (const { participant } of channel.occupants) present.add(placeOf(participant, channel));
    }
  });
  client.on('membershipChanged', ({ channel, participant, membership, reason }) => {
    const place = placeOf(participant, channel);
    const came = membership !== null && !present.has(place);
    if (membership === null) present.delete(place);
    else present.add(place);
    if (channel.membership === null || participant.id === client.self?.id) return;
    if (came) view.tell(`${participant.name} has come to ${channel.name}`);
    if (membership === null)
      view.tell(`${participant.name} is gone from ${channel.name}${why(reason)}`);
  });
}

function why(reason: LeaveReason | null): string {
  return reason === null || reason === 'left' ? '' : ` (${reason})`;
}

function narrateTalk(client: Client, view: View): void {
  const told = new Map<string, string>();
  // Where somebody talks may change while they talk: their nets, or one's own.
  const talks = ({ transmission }: { readonly transmission: Transmission }): void => {
    const where = whereHeard(client, transmission);
    if (where === null || told.get(transmission.id) === where) return;
    told.set(transmission.id, where);
    view.tell(`${nameOf(transmission)} talks ${where}`);
  };
  client.on('transmissionStarted', talks);
  client.on('transmissionUpdated', talks);
  client.on('transmissionEnded', ({ transmission }) => {
    const where = told.get(transmission.id);
    told.delete(transmission.id);
    if (where !== undefined) view.tell(`${nameOf(transmission)} has ended ${where}`);
  });
}

/** `null` for a talk of one's own, and on nets that are not joined. */
function whereHeard(client: Client, { talker, channels }: Transmission): string | null {
  if (talker !== null && talker.id === client.self?.id) return null;
  if (channels.length === 0) return 'to you alone';
  const joined = channels.filter(({ membership }) => membership !== null);
  return joined.length === 0 ? null : `on ${joined.map(({ name }) => name).join(', ')}`;
}

function nameOf({ talker }: Transmission): string {
  return talker?.name ?? 'Somebody';
}

function refusalLine({ code, channel, holder }: ClientEvent<'transmissionRefused'>): string {
  const net = channel?.name ?? 'The target';
  if (code === 'NOT_ALLOWED_TO_SPEAK') return `${net} does not carry your voice: it is not allowed`;
  if (code === 'NET_RESTRICTED') return `${net} does not carry your voice: its stance is higher`;
  return `${net} does not carry your voice: ${holder?.name ?? 'somebody'} has the floor`;
}
