/**
 * What holds for every store, beside the semantics of its own:
 *
 * - A write that resolves is kept: it survives the process, and in a durable store the machine. One
 *   that rejects has changed nothing, except with `ERR_STORE_UNAVAILABLE`: then nobody knows, and the
 *   caller may write the same again.
 * - Records that change carry a `version`. `put` takes the version that the caller has read, 0 for a
 *   record that is new, and resolves with the next one. When the store has another version, or no
 *   such record where the caller has read one, it rejects with `ERR_STORE_VERSION`, unless what it
 *   has is this very write: asking twice is the same as once.
 * - What belongs to one organization is asked for with that organization's id. A record of another
 *   organization is answered like one that does not exist: ids count within their organization.
 * - A record that names one that is not there is refused with `ERR_STORE_REFERENCE`. With a record
 *   goes what cannot be without it.
 * - Ids are UUIDs in lower case. Anything else is the id of nothing, and no error to ask for.
 * - Names are compared as `foldName` folds them. A taken one rejects with `ERR_STORE_CONFLICT`.
 * - Records that come out are the caller's own, and those that go in stay the caller's own.
 * - Deleting what is not there is no error.
 */
export interface Versioned {
  readonly version: number;
}

/** A part of a long list, in the order of ids. */
export interface Page {
  /** Id of the last record of the page before, which may be gone; absent for the first page. */
  readonly after?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** One line of an export: plain data under the name of what it is, for instance `channel`. */
export interface PortableRecord {
  readonly kind: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/**
 * A store whose content can be moved to any other implementation of its contract. Secrets among the
 * records are hashes; keys and tokens themselves are in no store.
 */
export interface Portable {
  /** Everything, each record after those it refers to. Consistent where nobody writes meanwhile. */
  export(): AsyncIterable<PortableRecord>;
  /**
   * Takes in what an export gave, versions included; a record that is there already is replaced.
   * Rejects with `ERR_STORE_IMPORT` for a kind or a shape that it does not know, and with
   * `ERR_STORE_CONFLICT` and `ERR_STORE_REFERENCE` as a write would. What came before the line that
   * was refused may be there then; the same import can be made again.
   */
  import(records: AsyncIterable<PortableRecord>): Promise<void>;
}

/** How names are compared: compatible forms of Unicode are one (NFKC), and so are cases. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
