import type { ParticipantView, StateEventName } from '@sidetone/protocol';
import type { RosterSession } from '../audio/roster.js';
import type { AnswersOfSession } from '../command/answer-archive.js';
import { ResponseLedger } from '../command/response-ledger.js';
import { SerialQueue } from '../command/serial-queue.js';
import type { SubjectAccess } from '../contracts/access-policy.js';
import type { Identity } from '../contracts/authenticator.js';
import type { Clock } from '../contracts/clock.js';
import { BucketTable } from '../limit/bucket-table.js';
import { TokenBucket, type TokenRate } from '../limit/token-bucket.js';
import type { Membership } from './membership.js';
import type { SessionOutlet } from './session-outlet.js';

/** A client that pipelines more than this does not wait for its answers. */
const MAX_WAITING_COMMANDS = 64;

const KEY_FETCHES = { burst: 3, perSecond: 1 } as const;
const MAX_ROUTES_FETCHED = 256;

export interface SessionSeed {
  readonly id: string;
  readonly handle: number;
  readonly organizationId: string;
  readonly identity: Identity;
  readonly access: SubjectAccess;
  readonly outlet: SessionOutlet;
  /** Name of what connects it, for facts and logs. */
  readonly transport: string;
  /** Of its client; `null`: it is inside the process. */
  readonly remoteAddress: string | null;
  readonly clock: Clock;
  /** It began before this process did. Default false. */
  readonly restored?: boolean;
  /** Keeps its answers beyond the process. */
  readonly answers: AnswersOfSession;
  /** What it may ask for, whatever connection it comes on. */
  readonly commandRate: TokenRate;
}

/** One user's presence in one organization, from authentication to its end. */
export class Session implements RosterSession {
  readonly id: string;
  readonly handle: number;
  readonly organizationId: string;
  readonly identity: Identity;
  readonly access: SubjectAccess;
  readonly outlet: SessionOutlet;
  readonly transport: string;
  /** It began before this process did. */
  readonly restored: boolean;
  /** Of the latest connection. */
  remoteAddress: string | null;
  /** `detached`: its control connection is cut, and it may come back. */
  status: 'active' | 'detached' | 'closed' = 'active';
  /** Whether others have been told that it is away; soon after it is so, or not any more. */
  toldAway = false;
  muted = false;
  deafened = false;
  /** By channel id. */
  readonly memberships: Map<string, Membership> = new Map();
  /** What it has been told of: ids of channels, with the parent that each was shown under. */
  readonly seenChannels: Map<string, string | null> = new Map();
  /** Ids of sessions, its own included. */
  readonly seenParticipants: Set<string> = new Set();
  /** Its own commands take effect in the order it sent them, however long a guard thinks. */
  readonly commands: SerialQueue = new SerialQueue(MAX_WAITING_COMMANDS);
  /** Of its commands; a fresh connection brings no fresh budget. */
  readonly budget: TokenBucket;
  /** By id of a route: a client that fetches its keys over and over is broken. */
  readonly keyFetches: BucketTable = new BucketTable(KEY_FETCHES, MAX_ROUTES_FETCHED);
  /** What its requests were answered. */
  readonly responses: ResponseLedger;
  #joins = 0;

  constructor(seed: SessionSeed) {
    this.id = seed.id;
    this.handle = seed.handle;
    this.organizationId = seed.organizationId;
    this.identity = seed.identity;
    this.access = seed.access;
    this.outlet = seed.outlet;
    this.transport = seed.transport;
    this.restored = seed.restored ?? false;
    this.remoteAddress = seed.remoteAddress;
    this.budget = new TokenBucket(seed.commandRate, seed.clock.now());
    this.responses = new ResponseLedger(seed.clock, seed.answers);
  }

  get userId(): string {
    return this.identity.userId;
  }

  nextJoinOrder(): number {
    return (this.#joins += 1);
  }

  /** `payload` is the JSON text of the event. */
  tellState(name: StateEventName, payload: string): void {
    if (this.status !== 'closed') this.outlet.state(name, payload);
  }
}

export function participantView(session: Session): ParticipantView {
  const { userId, displayName, guest } = session.identity;
  return {
    session: session.id,
    user: { id: userId, name: displayName, guest },
    muted: session.muted,
    deafened: session.deafened,
    away: session.toldAway,
  };
}
