import {
  bindKeys,
  type BrowserClient,
  type ChannelMembership,
  type ClientEvent,
  type KeyBindings,
  type Slot,
  type TalkKeyboard,
} from '@sidetone/client-sdk';
import { find } from './element.js';
import { KeyedList } from './keyed-list.js';
import { NetStrip } from './net-strip.js';
import type { Preferences } from './preferences.js';
import type { ProblemBoard } from './problem-board.js';

const SLOTS: readonly Slot[] = [1, 2, 3, 4, 5, 6, 7, 8];

export interface NetBoardParts {
  readonly client: BrowserClient;
  readonly preferences: Preferences;
  readonly problems: ProblemBoard;
}

/** The joined nets, each with a strip and a slot of its own. */
export class NetBoard {
  readonly #parts: NetBoardParts;
  readonly #keys: TalkKeyboard;
  readonly #bindings: KeyBindings;
  readonly #strips = new Map<string, NetStrip>();
  readonly #list: KeyedList<ChannelMembership>;
  readonly #empty = find('no-nets', HTMLParagraphElement);
  readonly #howToTalk = find('how-to-talk', HTMLParagraphElement);

  constructor(parts: NetBoardParts) {
    const { client } = parts;
    this.#parts = parts;
    this.#keys = client.talk.keyboard();
    this.#bindings = bindKeys(this.#keys);
    this.#list = new KeyedList(find('strips', HTMLDivElement), (membership) =>
      this.#create(membership),
    );
    client.on('transmissionRefused', (refusal) => this.#refused(refusal));
  }

  get strips(): readonly NetStrip[] {
    return [...this.#strips.values()];
  }

  update(): void {
    const { joined } = this.#parts.client.channels;
    // Before new strips are made, which take the keys that are free.
    for (const id of [...this.#strips.keys()]) {
      if (!joined.some(({ channel }) => channel.id === id)) this.#strips.delete(id);
    }
    this.#list.update(new Map(joined.map((membership) => [membership.channel.id, membership])));
    this.#empty.hidden = joined.length > 0;
    this.#howToTalk.hidden = joined.length === 0;
  }

  #create(membership: ChannelMembership): NetStrip {
    const strip = new NetStrip(membership, {
      ...this.#parts,
      keys: this.#keys,
      bindings: this.#bindings,
      slot: this.#freeSlot(),
    });
    this.#strips.set(membership.channel.id, strip);
    return strip;
  }

  #freeSlot(): Slot | null {
    const taken = new Set(this.strips.map(({ slot }) => slot));
    return SLOTS.find((slot) => !taken.has(slot)) ?? null;
  }

  #refused({ code, channel, holder }: ClientEvent<'transmissionRefused'>): void {
    const strip = channel && this.#strips.get(channel.id);
    if (!strip) return;
    if (code === 'NET_BUSY') strip.refused(`Busy: ${holder?.name ?? 'somebody'}`);
    else strip.refused(code === 'NET_RESTRICTED' ? 'The net is closed' : 'You may not talk');
  }
}
