import type { Logic } from '../evaluation/decide.js';
import type { RoleIndex } from '../evaluation/role-index.js';
import { rankOf } from '../evaluation/rank.js';
import type { SubjectFacts } from '../evaluation/subject-facts.js';
import type { CompiledSubject } from './compiled-subject.js';

export interface CompiledLogicParts {
  readonly subject: CompiledSubject;
  readonly index: RoleIndex;
  readonly hasJoined: (channelId: string) => boolean;
}

/** Answers that are booleans, from what is worked out already. */
export class CompiledLogic implements Logic<boolean> {
  readonly #parts: CompiledLogicParts;

  constructor(parts: CompiledLogicParts) {
    this.#parts = parts;
  }

  administers(): boolean {
    return this.#parts.subject.administrator;
  }

  grants(permission: string, channelId: string | null): boolean {
    const { subject, hasJoined } = this.#parts;
    return subject.grants(permission, channelId, channelId !== null && hasJoined(channelId));
  }

  outranks(other: SubjectFacts): boolean {
    const { subject, index } = this.#parts;
    return index.order.mayActOn(subject.rank, rankOf(index, other));
  }

  plain(allowed: boolean): boolean {
    return allowed;
  }

  all(parts: readonly boolean[]): boolean {
    return parts.every(Boolean);
  }

  any(parts: readonly boolean[]): boolean {
    return parts.some(Boolean);
  }

  ifVisible(visible: boolean, rest: boolean): boolean {
    return visible && rest;
  }

  veiled(answer: boolean): boolean {
    return answer;
  }
}
