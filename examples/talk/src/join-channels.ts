import type { Channel, Client } from '@sidetone/client-sdk';
import { isVoiceError } from '@sidetone/protocol';
import type { Settings } from './settings.js';
import { TalkFailure } from './talk-failure.js';

export interface JoinedChannels {
  readonly joined: readonly Channel[];
  /** Those of them to talk to. */
  readonly talkTo: readonly Channel[];
}

const MAX_NAMES = 20;

/** Joins the channels asked for, or the first one that there is. */
export async function joinChannels(
  client: Client,
  { channels, talkTo }: Pick<Settings, 'channels' | 'talkTo'>,
): Promise<JoinedChannels> {
  const wanted = channels.length > 0 ? channels : [firstChannel(client)];
  const byName = new Map<string, Channel>();
  for (const name of wanted) byName.set(name, await join(client, name));
  const joined = [...new Set(byName.values())];
  const chosen = talkTo.flatMap((name) => byName.get(name) ?? []);
  return { joined, talkTo: chosen.length > 0 ? [...new Set(chosen)] : joined };
}

async function join(client: Client, name: string): Promise<Channel> {
  try {
    const { channel } = await client.channels.join(name);
    return channel;
  } catch (error) {
    if (!isVoiceError(error) || error.code !== 'ERR_CLIENT_NOT_FOUND') throw error;
    throw new TalkFailure(`--channel "${name}" is not there; ${listChannels(client)}`);
  }
}

function firstChannel(client: Client): string {
  const [first] = client.channels.all();
  if (first) return first.id;
  throw new TalkFailure('the server has no channel that you may see; there is nothing to join');
}

function listChannels(client: Client): string {
  const names = client.channels.all().map(({ name }) => name);
  if (names.length === 0) return 'the server has no channel that you may see';
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return `there are ${shown}${names.length > MAX_NAMES ? ', ...' : ''}`;
}
