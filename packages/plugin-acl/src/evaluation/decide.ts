import type { AccessScope, Directory, DirectorySession } from '@sidetone/core';
import { subjectFacts, type SubjectFacts } from './subject-facts.js';

/** The part of `Directory` that questions rest on. */
export type Surroundings = Pick<Directory, 'channel' | 'session' | 'hasJoined'>;

/** Whose rights are asked about. */
export interface Asked {
  readonly sessionId: string | null;
  readonly organizationId: string;
  readonly facts: SubjectFacts;
}

/** What speaks for or against without a rule of anybody's making. */
export type PlainReason = 'noChannel' | 'noParticipant' | 'oneself';

/**
 * What answers are made of. In one implementation they are booleans, in the other explanations;
 * what they are made of, and how, is the same.
 */
export interface Logic<A> {
  /** Whether everything is allowed. */
  administers(): A;
  /** Whether roles and overrides give it; `null`: at the organization. */
  grants(permission: string, channelId: string | null): A;
  /** Whether rank lets one act on this other. */
  outranks(other: SubjectFacts): A;
  plain(allowed: boolean, reason: PlainReason): A;
  all(parts: readonly A[]): A;
  any(parts: readonly A[]): A;
  /** Both; where it is not `visible`, nothing of the rest. */
  ifVisible(visible: A, rest: A): A;
  /** The answer; where it is no, nothing of how it came about. */
  veiled(answer: A, reason: PlainReason): A;
}

const ON_THE_LOWER: readonly string[] = ['MUTE', 'DEAFEN', 'MOVE', 'KICK', 'BAN'];
/** To be moved, or banned, is more than one could do without. */
const FREE_ON_ONESELF: readonly string[] = ['MUTE', 'DEAFEN', 'KICK'];

/** Answers what `AccessPolicy` is asked, in the terms of a logic. */
export class Decider<A> {
  readonly #asked: Asked;
  readonly #surroundings: Surroundings;
  readonly #precondition: string;
  readonly #logic: Logic<A>;

  constructor(asked: Asked, surroundings: Surroundings, precondition: string, logic: Logic<A>) {
    this.#asked = asked;
    this.#surroundings = surroundings;
    this.#precondition = precondition;
    this.#logic = logic;
  }

  decide(permission: string, { channelId, sessionId }: AccessScope): A {
    if (sessionId === undefined) return this.#at(permission, channelId ?? null);
    const other = this.#surroundings.session(sessionId);
    if (other?.organizationId !== this.#asked.organizationId) {
      return this.#logic.plain(false, 'noParticipant');
    }
    return this.#about(other, permission, channelId ?? null);
  }

  #at(permission: string, channelId: string | null): A {
    const logic = this.#logic;
    if (channelId === null) return logic.any([logic.administers(), logic.grants(permission, null)]);
    const channel = this.#surroundings.channel(channelId);
    if (channel?.organizationId !== this.#asked.organizationId) {
      return logic.plain(false, 'noChannel');
    }
    const grants = logic.grants(permission, channelId);
    if (permission === this.#precondition) return logic.any([logic.administers(), grants]);
    const both = logic.all([logic.grants(this.#precondition, channelId), grants]);
    return logic.any([logic.administers(), both]);
  }

  #about(other: DirectorySession, permission: string, channelId: string | null): A {
    const logic = this.#logic;
    const isOneself = other.id === this.#asked.sessionId;
    const visible = isOneself
      ? logic.plain(true, 'oneself')
      : logic.veiled(this.#atSome('VIEW', other.channels), 'noParticipant');
    if (permission === 'VIEW') return visible;
    if (isOneself && FREE_ON_ONESELF.includes(permission)) return visible;
    if (permission === 'WHISPER') {
      return logic.ifVisible(visible, this.#atSome(permission, this.#shared(other)));
    }
    const granted = this.#at(permission, channelId);
    if (!ON_THE_LOWER.includes(permission)) return logic.ifVisible(visible, granted);
    const outranked = logic.outranks(subjectFacts(other.identity));
    return logic.ifVisible(visible, logic.all([granted, outranked]));
  }

  /** At the organization, or at one of these channels. */
  #atSome(permission: string, channelIds: Iterable<string>): A {
    const answers = [this.#at(permission, null)];
    for (const channelId of channelIds) answers.push(this.#at(permission, channelId));
    return this.#logic.any(answers);
  }

  #shared({ channels }: DirectorySession): readonly string[] {
    const { sessionId } = this.#asked;
    if (sessionId === null) return [];
    return [...channels].filter((id) => this.#surroundings.hasJoined(sessionId, id));
  }
}
