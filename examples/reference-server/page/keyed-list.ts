/** Something on the page that shows one item of a list. */
export interface ItemView<T> {
  readonly element: HTMLElement;
  update(item: T): void;
  remove?(): void;
}

/**
 * Shows a list of things that have keys. The element of a key stays the same one, so that neither
 * the focus nor a held button is lost when others come and go.
 */
export class KeyedList<T> {
  readonly #parent: HTMLElement;
  readonly #create: (item: T) => ItemView<T>;
  readonly #views = new Map<string, ItemView<T>>();

  constructor(parent: HTMLElement, create: (item: T) => ItemView<T>) {
    this.#parent = parent;
    this.#create = create;
  }

  get size(): number {
    return this.#views.size;
  }

  update(items: ReadonlyMap<string, T>): void {
    for (const [key, view] of this.#views) {
      if (items.has(key)) continue;
      view.remove?.();
      view.element.remove();
      this.#views.delete(key);
    }
    let position = 0;
    for (const [key, item] of items) {
      const view = this.#views.get(key) ?? this.#create(item);
      this.#views.set(key, view);
      const there = this.#parent.children[position] ?? null;
      if (there !== view.element) this.#parent.insertBefore(view.element, there);
      view.update(item);
      position += 1;
    }
  }
}
