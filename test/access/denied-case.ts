import type { WireErrorCode } from '@sidetone/protocol';
import type { TestPeer } from '../../packages/core/test/domain/test-peer.js';

/** Who and what there is when a case is tried. */
export interface DeniedScene {
  /** Not signed in. */
  readonly stranger: TestPeer;
  /** Signed in, and in the channel `own`. */
  readonly ann: TestPeer;
  /** Ids: of Ann's session, and of another participant's session and user. */
  readonly self: string;
  readonly session: string;
  readonly user: string;
  /** A channel that Ann is in, with the other one, and one that she is not in. */
  readonly own: string;
  readonly other: string;
  /** A channel that there is, and that Ann may not see. */
  readonly hidden: string;
  /** One that is full, and one with a password. */
  readonly full: string;
  readonly locked: string;
  /** A talk target and a route of somebody else. */
  readonly target: string;
  readonly route: string;
  /** Of `own` and `other`, by the program. */
  readonly patch: string;
  /** A role that is there, where there are roles. */
  readonly role: string;
}

/**
 * One way in which a method is refused. EVERY METHOD NEEDS AT LEAST ONE: who adds a method to the
 * protocol adds a row to `core-denied-paths.ts`, who adds one to a plugin adds it to
 * `plugin-denied-paths.ts`. `needs` is the permission that Ann is without; a method that needs none
 * says why in `free`, and shows the refusal that comes closest.
 */
export type DeniedCase = {
  readonly method: string;
  /** Default `{}`. */
  readonly params?: (scene: DeniedScene) => object;
  /** Default `ann`. */
  readonly by?: 'ann' | 'stranger';
} & (
  | { readonly needs: string }
  /** `code` is what is answered instead of ACCESS_DENIED. */
  | { readonly free: string; readonly code: WireErrorCode }
);
