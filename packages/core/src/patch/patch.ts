/** Nets of one organization that are joined for a while. */
export interface Patch {
  readonly id: string;
  readonly organizationId: string;
  /** Ids, two or more, in the order in which they were named; a deleted one is taken out. */
  readonly channels: readonly string[];
  /** The session with whose end it ends; `null`: the embedding program owns it. */
  readonly owner: string | null;
  /** Name of who made it. */
  readonly createdBy: string;
  /** Wall-clock time; `null`: it lasts until it is ended. */
  readonly expiresAt: number | null;
}

export const MAX_PATCHES = 64;
export const DEFAULT_PATCH_MS = 3_600_000;
