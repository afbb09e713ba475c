import type {
  BrowserClient,
  ChannelMembership,
  KeyBindings,
  Participant,
  Slot,
  TalkKeyboard,
  TalkTarget,
} from '@sidetone/client-sdk';
import { make, setText } from './element.js';
import { explain } from './explain.js';
import { KeyedList, type ItemView } from './keyed-list.js';
import { panChoice } from './pan-choice.js';
import { PersonRow } from './person-row.js';
import type { Preferences } from './preferences.js';
import type { ProblemBoard } from './problem-board.js';
import { TalkSign } from './talk-sign.js';
import { volumeSlider } from './volume-slider.js';

export interface NetStripParts {
  readonly client: BrowserClient;
  readonly keys: TalkKeyboard;
  readonly bindings: KeyBindings;
  readonly preferences: Preferences;
  readonly problems: ProblemBoard;
  /** `null`: all keys are taken. */
  readonly slot: Slot | null;
}

/** Main net in the middle, the second left, the third right: so they are told apart by place. */
const FIRST_PANS: readonly number[] = [0, -1, 1];
const REFUSAL_SHOWN_MS = 4_000;

/** One joined net: a talk button, who talks, how loud and where it is heard, and who is on it. */
export class NetStrip implements ItemView<ChannelMembership> {
  readonly element: HTMLElement;
  readonly slot: Slot | null;
  readonly #parts: NetStripParts;
  readonly #membership: ChannelMembership;
  readonly #talk: HTMLButtonElement;
  readonly #talkWord = make('span', { class: 'talk-word', text: 'Talk' });
  readonly #sign = new TalkSign();
  readonly #now = make('span', { class: 'now-names', text: 'Nobody talks' });
  readonly #peopleTitle = make('summary');
  readonly #people: KeyedList<Participant>;
  #target: TalkTarget | null = null;
  #detach: () => void = () => undefined;
  #refusal: { readonly word: string; readonly untilMs: number } | null = null;
  #removed = false;
  /** While nothing is said here. */
  #idleWord = 'Talk';

  constructor(membership: ChannelMembership, parts: NetStripParts) {
    const { channel } = membership;
    this.#parts = parts;
    this.#membership = membership;
    this.slot = parts.slot;
    this.#talk = this.#talkButton();
    const list = make('ul', { class: 'people' });
    this.#people = new KeyedList(
      list,
      (participant) => new PersonRow(participant, parts.client, parts.preferences),
    );
    const title = make('h3', { text: channel.name });
    const leave = make('button', { class: 'plain', text: 'Leave', attributes: { type: 'button' } });
    leave.setAttribute('aria-label', `Leave ${channel.name}`);
    leave.addEventListener('click', () => this.#leave());
    this.element = make(
      'article',
      { class: 'strip', attributes: { 'aria-label': channel.name, 'data-channel': channel.name } },
      make('header', {}, title, leave),
      this.#talk,
      make('p', { class: 'now' }, this.#sign.element, this.#now),
      ...this.#placement(),
      make('details', {}, this.#peopleTitle, list),
    );
    void this.#register();
  }

  get target(): TalkTarget | null {
    return this.#target;
  }

  get name(): string {
    return this.#membership.channel.name;
  }

  update(): void {
    const { client } = this.#parts;
    const { channel } = this.#membership;
    const talkers = client.transmissions
      .filter(({ channels }) => channels.includes(channel))
      .map(({ talker }) => (talker?.id === client.self?.id ? 'You' : (talker?.name ?? 'Somebody')));
    this.#sign.update(talkers.length > 0);
    setText(this.#now, talkers.length > 0 ? [...new Set(talkers)].join(', ') : 'Nobody talks');
    const others = channel.occupants
      .map(({ participant }) => participant)
      .filter(({ id }) => id !== client.self?.id);
    setText(this.#peopleTitle, `Others here: ${others.length}`);
    this.#people.update(new Map(others.map((participant) => [participant.id, participant])));
    this.#updateTalk();
  }

  /** The net does not carry this voice, and why. */
  refused(word: string): void {
    this.#refusal = { word, untilMs: performance.now() + REFUSAL_SHOWN_MS };
    setTimeout(() => this.#updateTalk(), REFUSAL_SHOWN_MS + 10);
    this.#updateTalk();
  }

  remove(): void {
    this.#removed = true;
    this.#detach();
    if (this.slot !== null) this.#parts.keys.unbind(this.slot);
  }

  #updateTalk(): void {
    const { keys } = this.#parts;
    const onAir = keys.state.onAir.some(({ target }) => target === this.#target);
    const held = keys.state.keys.some(
      ({ key, held, latched }) => key === this.slot && (held || latched),
    );
    if (this.#refusal && performance.now() > this.#refusal.untilMs) this.#refusal = null;
    const refused = this.#refusal !== null;
    this.#talk.classList.toggle('sending', onAir && !refused);
    this.#talk.classList.toggle('refused', refused);
    this.#talk.setAttribute('aria-pressed', String(held));
    setText(this.#talkWord, this.#refusal?.word ?? (onAir ? 'On air' : this.#idleWord));
  }

  #talkButton(): HTMLButtonElement {
    const { channel } = this.#membership;
    const badge = make('kbd', { text: this.slot === null ? '' : String(this.slot) });
    const button = make(
      'button',
      { class: 'talk', attributes: { type: 'button', 'aria-pressed': 'false' } },
      this.#talkWord,
      make('span', { class: 'unseen', text: ` to ${channel.name}` }),
      badge,
    );
    badge.hidden = this.slot === null;
    badge.setAttribute('aria-label', `key ${this.slot}`);
    button.disabled = true;
    return button;
  }

  #placement(): readonly HTMLElement[] {
    const { client, preferences } = this.#parts;
    const { channel } = this.#membership;
    const percent = preferences.volume(channel.id) ?? 100;
    const pan = preferences.pan(channel.id) ?? FIRST_PANS[(this.slot ?? 0) - 1] ?? 0;
    client.playback.placeChannel(channel, { gain: percent / 100, pan });
    const volume = volumeSlider({
      label: 'Volume',
      percent,
      changed: (changed) => {
        preferences.setVolume(channel.id, changed);
        client.playback.placeChannel(channel, { gain: changed / 100 });
      },
    });
    const place = panChoice({
      net: channel.name,
      id: channel.id,
      pan,
      changed: (changed) => {
        preferences.setPan(channel.id, changed);
        client.playback.placeChannel(channel, { pan: changed });
      },
    });
    return [volume, place];
  }

  /** Ahead of the first word, so that talking needs no message. */
  async #register(): Promise<void> {
    const { slot } = this;
    if (slot === null) {
      this.#beIdle('All eight keys are taken');
      return;
    }
    try {
      const target = await this.#membership.talk();
      if (this.#removed) return await target.unregister();
      this.#target = target;
      this.#parts.keys.bind(slot, target);
      this.#detach = this.#parts.bindings.button(this.#talk, slot);
      this.#talk.disabled = false;
    } catch (error) {
      if (this.#removed) return;
      this.#beIdle('Listen only');
      this.#parts.problems.show(`talk ${this.#membership.channel.id}`, explain(error));
    }
  }

  #beIdle(word: string): void {
    this.#idleWord = word;
    this.#updateTalk();
  }

  #leave(): void {
    const about = `leave ${this.#membership.channel.id}`;
    this.#membership.leave().catch((error: unknown) => {
      this.#parts.problems.show(about, explain(error));
    });
  }
}
