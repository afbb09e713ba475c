import { make } from './element.js';

const PLACES = [
  { pan: -1, name: 'Left' },
  { pan: 0, name: 'Centre' },
  { pan: 1, name: 'Right' },
] as const;

export interface PanChoiceParts {
  /** Of the net; also what the choice is called. */
  readonly net: string;
  /** Of the group of radio buttons, in the whole page. */
  readonly id: string;
  readonly pan: number;
  readonly changed: (pan: number) => void;
}

/** On which ear a net is heard. */
export function panChoice({ net, id, pan, changed }: PanChoiceParts): HTMLElement {
  const legend = make('legend', { class: 'unseen', text: `Where you hear ${net}` });
  const places = PLACES.map((place) => {
    const radio = make('input', { attributes: { type: 'radio', name: `pan-${id}` } });
    radio.checked = place.pan === pan;
    radio.addEventListener('change', () => changed(place.pan));
    return make('label', {}, radio, make('span', { text: place.name }));
  });
  return make('fieldset', { class: 'pan' }, legend, ...places);
}
