interface Kept {
  name?: string;
  microphone?: string;
  output?: string;
  /** By id, in percent. */
  volumes?: Record<string, number>;
  /** By id of the channel: -1, 0 or 1. */
  pans?: Record<string, number>;
}

const KEY = 'sidetone.page.1';

/** What this browser remembers for the next time. Without storage it remembers nothing. */
export class Preferences {
  readonly #kept: Kept = read();

  get name(): string {
    return this.#kept.name ?? '';
  }

  set name(name: string) {
    this.#kept.name = name;
    this.#write();
  }

  device(kind: 'microphone' | 'output'): string | null {
    return this.#kept[kind] ?? null;
  }

  setDevice(kind: 'microphone' | 'output', id: string | null): void {
    if (id === null) delete this.#kept[kind];
    else this.#kept[kind] = id;
    this.#write();
  }

  volume(id: string): number | null {
    return this.#kept.volumes?.[id] ?? null;
  }

  setVolume(id: string, percent: number): void {
    (this.#kept.volumes ??= {})[id] = percent;
    this.#write();
  }

  pan(id: string): number | null {
    return this.#kept.pans?.[id] ?? null;
  }

  setPan(id: string, pan: number): void {
    (this.#kept.pans ??= {})[id] = pan;
    this.#write();
  }

  #write(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#kept));
    } catch {
      // Storage is full or forbidden, and all works without it.
    }
  }
}

function read(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    // Forbidden, or somebody else wrote there.
    return {};
  }
}
