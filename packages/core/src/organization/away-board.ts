import type { CancelTimer, Clock } from '../contracts/clock.js';
import { TokenBucket, type TokenRate } from '../limit/token-bucket.js';
import type { Session } from '../session/session.js';
import type { Organization } from './organization.js';
import type { StatePublisher } from './state-publisher.js';

/**
 * Who is cut off, or back, is told to all who see it: a thousand at one moment would be a million
 * events, twice. Beyond this rate of one organization they are gathered and told together.
 */
const TOLD_ALONE: TokenRate = { burst: 64, perSecond: 16 };

/** Who is back before that has not been away for anybody. */
const GATHERING_MS = 250;

interface Crowd {
  readonly alone: TokenBucket;
  readonly gathered: Set<Session>;
  cancel: CancelTimer | null;
}

/** Knows who is to be told as away or as back. Holds a timer only while somebody is gathered. */
export class AwayBoard {
  readonly #clock: Clock;
  readonly #publisher: StatePublisher;
  readonly #crowds = new WeakMap<Organization, Crowd>();

  constructor(clock: Clock, publisher: StatePublisher) {
    this.#clock = clock;
    this.#publisher = publisher;
  }

  /** The session was detached or is active again. */
  changed(organization: Organization, session: Session): void {
    const crowd = this.#crowd(organization);
    if (crowd.cancel === null && crowd.alone.take(this.#clock.now())) {
      session.toldAway = isAway(session);
      return this.#publisher.awayChanged(organization, session);
    }
    crowd.gathered.add(session);
    crowd.cancel ??= this.#clock.after(GATHERING_MS, () => this.#tell(organization, crowd));
  }

  /** The session has ended, and that is told instead. */
  ended(organization: Organization, session: Session): void {
    const crowd = this.#crowds.get(organization);
    if (!crowd?.gathered.delete(session) || crowd.gathered.size > 0) return;
    crowd.cancel?.();
    crowd.cancel = null;
  }

  #tell(organization: Organization, crowd: Crowd): void {
    crowd.cancel = null;
    const changed = [...crowd.gathered].filter((session) => isAway(session) !== session.toldAway);
    crowd.gathered.clear();
    for (const away of [true, false]) {
      const sessions = changed.filter((session) => isAway(session) === away);
      for (const session of sessions) session.toldAway = away;
      if (sessions.length > 0) this.#publisher.manyAwayChanged(organization, sessions, away);
    }
  }

  #crowd(organization: Organization): Crowd {
    const known = this.#crowds.get(organization);
    if (known) return known;
    const alone = new TokenBucket(TOLD_ALONE, this.#clock.now());
    const crowd: Crowd = { alone, gathered: new Set(), cancel: null };
    this.#crowds.set(organization, crowd);
    return crowd;
  }
}

function isAway({ status }: Session): boolean {
  return status === 'detached';
}
