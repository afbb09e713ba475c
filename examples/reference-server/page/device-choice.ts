import type { AudioDevice } from '@sidetone/client-sdk';
import { make } from './element.js';

const DEFAULT = '';

/** A list of devices to choose from; the first is the default one of the system. */
export class DeviceChoice {
  readonly #select: HTMLSelectElement;
  #shown = '';

  constructor(select: HTMLSelectElement, chosen: (deviceId: string | null) => void) {
    this.#select = select;
    select.addEventListener('change', () => chosen(select.value === DEFAULT ? null : select.value));
  }

  update(devices: readonly AudioDevice[], chosen: string | null): void {
    const known = devices.filter(({ id }) => id !== DEFAULT && id !== 'default');
    const shown = JSON.stringify([known, chosen]);
    // An open list would close.
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#select.replaceChildren(
      make('option', { text: 'Default of the system', attributes: { value: DEFAULT } }),
      ...known.map(({ id, label }, index) =>
        make('option', { text: label || `Device ${index + 1}`, attributes: { value: id } }),
      ),
    );
    this.#select.value = known.some(({ id }) => id === chosen) ? (chosen ?? DEFAULT) : DEFAULT;
  }
}
