import type { BrowserClient, Participant } from '@sidetone/client-sdk';
import { make, setText } from './element.js';
import type { ItemView } from './keyed-list.js';
import type { Preferences } from './preferences.js';
import { volumeSlider } from './volume-slider.js';

/** Somebody on a net: the name, the state, and how loud. */
export class PersonRow implements ItemView<Participant> {
  readonly element: HTMLElement;
  readonly #state = make('span', { class: 'hint' });

  constructor(participant: Participant, client: BrowserClient, preferences: Preferences) {
    const { userId, name } = participant;
    const percent = preferences.volume(userId) ?? 100;
    client.playback.placeParticipant(participant, { gain: percent / 100 });
    const slider = volumeSlider({
      label: name,
      percent,
      changed: (changed) => {
        preferences.setVolume(userId, changed);
        client.playback.placeParticipant(participant, { gain: changed / 100 });
      },
    });
    this.element = make('li', { class: 'person' }, slider, this.#state);
  }

  update(participant: Participant): void {
    setText(this.#state, stateOf(participant));
  }
}

/** What others should know of somebody, in words. */
export function stateOf({ away, deafened, muted }: Participant): string {
  if (away) return 'away';
  if (deafened) return 'hears nobody';
  return muted ? 'muted' : '';
}
