import type { OrganizationRecord, OrganizationStore } from '../contracts/organization-store.js';
import { coreError } from '../error/error-codes.js';

/** Keeps organizations while the process lives. */
export class MemoryOrganizationStore implements OrganizationStore {
  readonly #records = new Map<string, OrganizationRecord>();

  async load(): Promise<readonly OrganizationRecord[]> {
    return [...this.#records.values()];
  }

  async put(record: OrganizationRecord): Promise<void> {
    const name = comparable(record.name);
    for (const other of this.#records.values()) {
      if (other.id === record.id || comparable(other.name) !== name) continue;
      throw coreError(
        'ERR_STORE_CONFLICT',
        `an organization "${other.name}" is there already: choose another name than "${record.name}"`,
        { details: { name: record.name, id: other.id } },
      );
    }
    this.#records.set(record.id, Object.freeze({ ...record }));
  }
}

function comparable(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
