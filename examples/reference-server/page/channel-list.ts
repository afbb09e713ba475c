import type { BrowserClient, Channel } from '@sidetone/client-sdk';
import { ChannelRow } from './channel-row.js';
import { find } from './element.js';
import { KeyedList } from './keyed-list.js';
import type { ProblemBoard } from './problem-board.js';

/** Every channel that may be seen, depth first, with who is in it. */
export class ChannelList {
  readonly #client: BrowserClient;
  readonly #list: KeyedList<Channel>;

  constructor(client: BrowserClient, problems: ProblemBoard) {
    this.#client = client;
    this.#list = new KeyedList(
      find('channel-list', HTMLUListElement),
      (channel) => new ChannelRow(channel, client, problems),
    );
  }

  update(): void {
    this.#list.update(new Map(this.#client.channels.all().map((channel) => [channel.id, channel])));
  }
}
