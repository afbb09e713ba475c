import { make } from './element.js';

/** Twice as loud is as far as it goes. */
const MAX_PERCENT = 200;

export interface VolumeSliderParts {
  readonly label: string;
  readonly percent: number;
  readonly changed: (percent: number) => void;
}

export function volumeSlider({ label, percent, changed }: VolumeSliderParts): HTMLElement {
  const slider = make('input', {
    attributes: { type: 'range', min: '0', max: String(MAX_PERCENT), step: '5' },
  });
  slider.value = String(percent);
  const shown = make('output', { class: 'digits', text: `${percent} %` });
  slider.addEventListener('input', () => {
    shown.textContent = `${slider.value} %`;
    changed(Number(slider.value));
  });
  return make('label', { class: 'volume' }, make('span', { text: label }), slider, shown);
}
