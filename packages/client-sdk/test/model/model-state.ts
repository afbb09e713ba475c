import type { Policy } from './actor.js';
import { emptyScene, type Person, type Scene } from './person.js';
import type { Lines } from './scene-change.js';

/** How the lines about somebody are compared; see `agreement.ts`. */
export type Looseness = 'apart' | 'awayUnknown' | 'restored';

/** A session as the server has it. */
export interface ModelSession {
  readonly label: string;
  readonly owner: string;
  /** Who has its newest token; `nobody` will come back to it. */
  holder: 'owner' | 'thief' | 'nobody';
  readonly person: Person;
  /** Since when its connection carries nothing, which the server has not noticed. */
  halfOpenSince: number | null;
  /** Within these moments a detached one ends. */
  expires: { readonly from: number; readonly to: number } | null;
  /** Tokens that its owner has got, at least. */
  delivered: number;
  /** How many of the latest are good. */
  good: number;
}

export interface EndedSession {
  readonly how: 'kicked' | 'replaced' | 'reused' | 'gone';
  readonly at: number;
  /** The one that goes on in its place. */
  readonly by: string | null;
}

/** A client as its app sees it. */
export interface ModelClient {
  readonly name: string;
  /** `stalled`: its connection carries nothing, which it has not noticed. */
  status: 'out' | 'up' | 'stalled' | 'down';
  stopped: string | null;
  policy: Policy;
  session: string | null;
  /** It knows that its session is over, and will sign in anew. */
  lost: boolean;
  stalledAt: number;
  /** When it was last up to date. */
  known: Scene;
  /** What it will be told as soon as it can be. */
  due: Lines;
  loose: Map<string, Looseness>;
  /** More has happened than the server keeps for it. */
  overflown: boolean;
  /** How its resumes since the last look were answered; `null` where nobody can know. */
  resyncs: boolean[] | null;
  targets: Set<string>;
  held: Set<string>;
  heard: number;
}

export const RESUME_TIMEOUT_MS = 60_000;

/** Somebody who has never been there. */
export function outsider(name: string): ModelClient {
  return {
    ...{
      name,
      status: 'out',
      stopped: 'new',
      policy: 'now',
      session: null,
      lost: false,
      stalledAt: 0,
    },
    ...{ known: emptyScene(), due: new Map(), loose: new Map(), overflown: false, resyncs: [] },
    ...{ targets: new Set(), held: new Set(), heard: 0 },
  };
}
