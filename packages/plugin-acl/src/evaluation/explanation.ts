import type { AccessDecision, AccessReason, PermissionName } from '@sidetone/core';
import type { Logic, PlainReason } from './decide.js';
import { grantVerdict } from './grant-verdict.js';
import { isAdministering, type ChannelTree } from './order-of-evaluation.js';
import { rankOf, rankOfRoles } from './rank.js';
import type { RoleIndex } from './role-index.js';
import type { SubjectFacts } from './subject-facts.js';
import {
  allOf,
  anyOf,
  NOTHING_LIFTED,
  plainVerdict,
  type Reason,
  type Verdict,
} from './verdict.js';
import { plainTexts, Wording, type ChannelNames } from './wording.js';

export interface ExplanationParts {
  readonly index: RoleIndex;
  readonly tree: ChannelTree;
  readonly facts: SubjectFacts;
  /** What is asked about; what it depends on is explained beside it. */
  readonly permission: PermissionName;
  readonly hasJoined: (channelId: string) => boolean;
  readonly nameOf: ChannelNames;
  /** Whether who asks may know which roles others have. */
  readonly namesOthers: boolean;
}

/** Answers that are explanations. Each walks anew. */
export class Explanation implements Logic<Verdict> {
  readonly #parts: ExplanationParts;
  readonly #wording: Wording;

  constructor(parts: ExplanationParts) {
    this.#parts = parts;
    const { index, facts, nameOf, namesOthers } = parts;
    this.#wording = new Wording({ index, userId: facts.userId, nameOf, namesOthers });
  }

  administers(): Verdict {
    const { index, facts } = this.#parts;
    const held = [...index.heldRoles(facts, false).values()];
    const allowed = index.order.isAdministrator(
      facts,
      held.map(({ record }) => record),
    );
    const roles = held.filter(({ record }) => isAdministering(record));
    const reasons = [
      ...(facts.administrator ? [this.#wording.administrator(facts.userId)] : []),
      ...roles.map((role) => this.#wording.role(role, 'ADMINISTER')),
    ];
    if (!allowed) {
      return { allowed, reasons: [], turnToAllowed: () => null, turnToDenied: () => [] };
    }
    return { allowed, reasons, turnToAllowed: () => [], turnToDenied: () => reasons };
  }

  grants(permission: string, channelId: string | null): Verdict {
    const { index, tree, facts, hasJoined } = this.#parts;
    const held = index.heldRoles(facts, channelId !== null && hasJoined(channelId));
    const start = { index, tree, userId: facts.userId, held, channelId };
    return grantVerdict(start, permission as PermissionName, this.#wording);
  }

  outranks(other: SubjectFacts): Verdict {
    const { index, facts, permission } = this.#parts;
    const rank = rankOf(index, facts);
    const allowed = index.order.mayActOn(rank, rankOf(index, other));
    const above = [...index.heldRoles(other, false).values()].filter(
      (role) => !index.order.mayActOn(rank, role.record.rank),
    );
    const inTheWay: readonly Reason[] = [
      ...(other.administrator ? [this.#against(this.#wording.administrator(other.userId))] : []),
      ...above.map((role) => this.#wording.rank(role, permission)),
    ];
    const ownReasons = this.#rankHangsOnAdministrator(other)
      ? [this.#wording.administrator(facts.userId)]
      : null;
    return {
      allowed,
      reasons: allowed ? [{ text: `the other stands no higher`, effect: 'allow' }] : inTheWay,
      turnToAllowed: () => (allowed ? [] : inTheWay),
      turnToDenied: () => (allowed ? ownReasons : []),
    };
  }

  plain(allowed: boolean, reason: PlainReason): Verdict {
    return plainVerdict(allowed, plainTexts[reason]);
  }

  all(parts: readonly Verdict[]): Verdict {
    return allOf(parts);
  }

  any(parts: readonly Verdict[]): Verdict {
    return anyOf(parts);
  }

  ifVisible(visible: Verdict, rest: Verdict): Verdict {
    return visible.allowed ? allOf([visible, rest]) : visible;
  }

  veiled(answer: Verdict, reason: PlainReason): Verdict {
    return answer.allowed ? answer : this.plain(false, reason);
  }

  #rankHangsOnAdministrator(other: SubjectFacts): boolean {
    const { index, facts } = this.#parts;
    const rank = rankOfRoles(index.heldRoles(facts, false).values());
    return facts.administrator && !index.order.mayActOn(rank, rankOf(index, other));
  }

  #against(reason: Reason): Reason {
    return { ...reason, effect: 'deny' };
  }
}

/** The verdict as it is told: first what it hangs on, then what else had a say. */
export function tell({ allowed, reasons, ...verdict }: Verdict): AccessDecision {
  const turning = allowed ? verdict.turnToDenied() : verdict.turnToAllowed(NOTHING_LIFTED);
  if (turning === null || turning.length === 0) {
    const plain = reasons.filter(({ rules }) => rules === undefined);
    const others = reasons.filter(({ rules }) => rules !== undefined);
    return { allowed, because: [...plain, ...others].map(told) };
  }
  const texts = new Set(turning.map(({ text }) => text));
  const rules = turning.some(({ hidden }) => hidden)
    ? []
    : turning.flatMap(({ rules = [] }) => rules);
  const decisive: AccessReason = {
    text: [...texts].join('; '),
    effect: allowed ? 'allow' : 'deny',
    ...(rules.length > 0 ? { rules } : {}),
  };
  return {
    allowed,
    because: [decisive, ...reasons.filter(({ text }) => !texts.has(text)).map(told)],
  };
}

function told({ text, effect, rules, hidden = false }: Reason): AccessReason {
  return { text, effect, ...(rules === undefined || hidden ? {} : { rules }) };
}
