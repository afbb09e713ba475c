import type { BrowserClient, Channel, Participant } from '@sidetone/client-sdk';
import { isVoiceError } from '@sidetone/protocol';
import { askPassword } from './ask-password.js';
import { make, setText } from './element.js';
import { explain } from './explain.js';
import { KeyedList, type ItemView } from './keyed-list.js';
import { stateOf } from './person-row.js';
import type { ProblemBoard } from './problem-board.js';
import { TalkSign } from './talk-sign.js';

/** One channel: its name, who is in it, and the way in or out. */
export class ChannelRow implements ItemView<Channel> {
  readonly element: HTMLElement;
  readonly #client: BrowserClient;
  readonly #problems: ProblemBoard;
  readonly #channel: Channel;
  readonly #name = make('span', { class: 'channel-name' });
  readonly #count = make('span', { class: 'hint digits' });
  readonly #button = make('button', { attributes: { type: 'button' } });
  readonly #people: KeyedList<Participant>;

  constructor(channel: Channel, client: BrowserClient, problems: ProblemBoard) {
    this.#channel = channel;
    this.#client = client;
    this.#problems = problems;
    const people = make('ul', { class: 'occupants' });
    this.#people = new KeyedList(people, () => new OccupantRow(client, channel));
    this.#button.addEventListener('click', () => void this.#change());
    const line = make('div', { class: 'channel-line' }, this.#name, this.#count, this.#button);
    this.element = make('li', { class: 'channel' }, line, people);
  }

  update(channel: Channel): void {
    const depth = this.#client.channels.pathOf(channel).length - 1;
    this.element.style.setProperty('--depth', String(depth));
    setText(this.#name, channel.name);
    this.#name.title = channel.topic;
    const { occupants, participantLimit } = channel;
    const lock = channel.passwordProtected ? 'password, ' : '';
    const limit = participantLimit === null ? '' : ` of ${participantLimit}`;
    setText(this.#count, `${lock}${occupants.length}${limit}`);
    const word = channel.membership === null ? 'Join' : 'Leave';
    setText(this.#button, word);
    this.#button.setAttribute('aria-label', `${word} ${channel.name}`);
    this.#people.update(new Map(occupants.map(({ participant }) => [participant.id, participant])));
  }

  async #change(): Promise<void> {
    const { id, membership } = this.#channel;
    this.#button.disabled = true;
    try {
      if (membership) await membership.leave();
      else await this.#join();
      this.#problems.clear(`channel ${id}`);
    } catch (error) {
      this.#problems.show(`channel ${id}`, explain(error));
    } finally {
      this.#button.disabled = false;
    }
  }

  async #join(): Promise<void> {
    const { channels } = this.#client;
    try {
      await channels.join(this.#channel);
    } catch (error) {
      if (!isVoiceError(error) || error.code !== 'PASSWORD_REQUIRED') throw error;
      const password = await askPassword();
      if (password !== null) await channels.join(this.#channel, { password });
    }
  }
}

class OccupantRow implements ItemView<Participant> {
  readonly element: HTMLElement;
  readonly #client: BrowserClient;
  readonly #channel: Channel;
  readonly #sign = new TalkSign();
  readonly #name = make('span', { class: 'occupant-name' });
  readonly #state = make('span', { class: 'hint' });

  constructor(client: BrowserClient, channel: Channel) {
    this.#client = client;
    this.#channel = channel;
    this.element = make('li', {}, this.#sign.element, this.#name, this.#state);
  }

  update(participant: Participant): void {
    const isSelf = participant.id === this.#client.self?.id;
    // Here, that is: who talks on another net only is silent on this one.
    const talks = this.#client.transmissions.some(
      ({ talker, channels }) => talker?.id === participant.id && channels.includes(this.#channel),
    );
    this.#sign.update(talks);
    setText(this.#name, isSelf ? `${participant.name} (you)` : participant.name);
    setText(this.#state, stateOf(participant));
  }
}
