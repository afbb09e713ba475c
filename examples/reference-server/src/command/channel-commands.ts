import type { ChannelView } from '@sidetone/protocol';
import { defineCommand, type Command } from './command.js';
import { CommandFailure } from './command-failure.js';
import { integer, limit, text, word } from './field.js';
import { findChannel, findOrganization, org } from './look-up.js';
import { showTable } from './show.js';

const channel = word('channel', 'by name or id');
const position = integer(0, 65_535, 'order among those beside it');

interface Placed extends ChannelView {
  readonly depth: number;
}

/** As they hang: each before those below it. */
function inTreeOrder(
  channels: readonly ChannelView[],
  parent: string | null = null,
  depth = 0,
): readonly Placed[] {
  return channels
    .filter((each) => each.parent === parent)
    .sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
    .flatMap((each) => [{ ...each, depth }, ...inTreeOrder(channels, each.id, depth + 1)]);
}

const list = defineCommand({
  name: 'channel list',
  summary: 'channels of an organization',
  fields: { org },
  run: async (administration, { org }) =>
    inTreeOrder(findOrganization(administration, org).channels.list()),
  show: (channels: readonly Placed[]) =>
    showTable(
      channels,
      {
        name: ({ name, depth }) => `${'  '.repeat(depth)}${name}`,
        topic: ({ topic }) => topic,
        limit: ({ participantLimit }) => participantLimit,
        kind: ({ temporary }) => (temporary ? 'temporary' : 'permanent'),
        id: ({ id }) => id,
      },
      'There is none.',
    ),
});

const add = defineCommand({
  name: 'channel add',
  summary: 'make a permanent channel',
  fields: {
    name: word('name', 'what it is called'),
    org,
    below: text('channel', 'by name or id; without it, at the top'),
    topic: text('text', 'what it is for'),
    position,
    participants: limit('participants at a time'),
  },
  run: async (administration, { name, org, below, topic, position, participants }) => {
    const organization = findOrganization(administration, org);
    return organization.channels.create({
      name,
      parent: below === undefined ? null : findChannel(organization, below).id,
      ...(topic === undefined ? {} : { topic }),
      ...(position === undefined ? {} : { position }),
      ...(participants === undefined ? {} : { participantLimit: participants }),
    });
  },
  show: ({ name, id }: ChannelView) => `"${name}" is there (${id}).`,
});

const rename = defineCommand({
  name: 'channel rename',
  summary: 'give a channel another name',
  fields: { channel, name: word('name', 'what it is called from now on'), org },
  run: async (administration, { channel, name, org }) => {
    const organization = findOrganization(administration, org);
    return organization.channels.update(findChannel(organization, channel).id, { name });
  },
  show: ({ name }: ChannelView) => `It is called "${name}" now.`,
});

const move = defineCommand({
  name: 'channel move',
  summary: 'hang a channel below another one, or to the top with "/"',
  fields: { channel, to: word('to', 'by name or id, or / for the top'), org, position },
  run: async (administration, { channel, to, org, position }) => {
    const organization = findOrganization(administration, org);
    const { id, position: present } = findChannel(organization, channel);
    const parent = to === '/' ? null : findChannel(organization, to).id;
    if (parent === id) throw new CommandFailure('INVALID_PARAMS', 'it cannot hang below itself');
    return organization.channels.move(id, { parent, position: position ?? present });
  },
  show: ({ name }: ChannelView) => `"${name}" is moved.`,
});

const remove = defineCommand({
  name: 'channel delete',
  summary: 'delete a channel with all below it',
  fields: { channel, org },
  warning: ({ channel }) => `Delete the channel "${channel}" with all below it?`,
  run: async (administration, { channel, org }) => {
    const organization = findOrganization(administration, org);
    const found = findChannel(organization, channel);
    await organization.channels.delete(found.id);
    return found;
  },
  show: ({ name }: ChannelView) => `"${name}" is deleted.`,
});

export const channelCommands: readonly Command[] = [list, add, rename, move, remove];
