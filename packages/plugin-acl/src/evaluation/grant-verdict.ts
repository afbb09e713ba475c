import type { PermissionName } from '@sidetone/core';
import { hasBit } from './permission-set.js';
import { NOTHING_LIFTED, type Lifted, type Reason, type Verdict } from './verdict.js';
import { walk, type Touch, type WalkStart } from './walk.js';
import type { Wording } from './wording.js';

/** A touch that says something on the permission that is asked about. */
interface Mark {
  readonly kind: Touch['kind'];
  readonly effect: 'allow' | 'deny';
  /** Where a seal stands. */
  readonly channelId?: string;
  readonly reason: Reason;
}

/** What the walk says on one permission, with all that it comes across. */
export function grantVerdict(
  start: WalkStart,
  permission: PermissionName,
  wording: Wording,
): Verdict {
  const marks = new Marks(marksOf(start, permission, wording), start.index.order.initially);
  const allowed = marks.allows(NOTHING_LIFTED);
  return {
    allowed,
    reasons: marks.reasons(`no role gives ${permission}`),
    turnToAllowed: (lifted) => marks.turnToAllowed(lifted),
    turnToDenied: () => marks.turnToDenied(),
  };
}

function marksOf(start: WalkStart, permission: PermissionName, wording: Wording): readonly Mark[] {
  const bit = start.index.bits.find(permission);
  const marks: Mark[] = [];
  walk(start, (touch) => {
    if (touch.kind === 'seal') {
      const { channelId } = touch;
      const reason = wording.seal(channelId, permission);
      marks.push({ kind: 'seal', effect: 'deny', channelId, reason });
      return;
    }
    const { set } = touch.kind === 'role' ? touch.role : touch;
    if (bit === undefined || !hasBit(set, bit)) return;
    const reason =
      touch.kind === 'role'
        ? wording.role(touch.role, permission)
        : wording.override(touch, permission, touch.override.channelId === start.channelId);
    marks.push({ kind: touch.kind, effect: touch.effect, reason });
  });
  return marks;
}

class Marks {
  readonly #marks: readonly Mark[];
  /** What the roles alone give. */
  readonly #base: boolean;

  constructor(marks: readonly Mark[], initially: 'allow' | 'deny') {
    this.#marks = marks;
    this.#base = initially === 'allow' || marks.some(({ kind }) => kind === 'role');
  }

  allows(lifted: Lifted): boolean {
    const [last] = this.#backwards(lifted);
    return last === undefined || last.kind === 'seal' ? this.#base : last.effect === 'allow';
  }

  /** The last first. Those that a seal has taken back had no say, but the seal had. */
  reasons(otherwise: string): readonly Reason[] {
    const backwards = this.#backwards(NOTHING_LIFTED);
    const seal = backwards.findIndex(({ kind }) => kind === 'seal');
    const heard = seal === -1 ? backwards : backwards.slice(0, seal);
    const said = heard.filter(({ kind }) => kind === 'override').map(({ reason }) => reason);
    const taken = backwards.slice(heard.length).some(({ kind }) => kind === 'override');
    const last = backwards[seal];
    if (last !== undefined && taken) {
      said.push({ ...last.reason, effect: this.#base ? 'allow' : 'deny' });
    }
    const roles = this.#marks.filter(({ kind }) => kind === 'role');
    if (roles.length > 0) return [...said, ...roles.map(({ reason }) => reason)];
    return [...said, { text: otherwise, effect: 'deny' }];
  }

  /** Back to the last that allows: whatever came after it would have to go. */
  turnToAllowed(lifted: Lifted): readonly Reason[] | null {
    if (this.allows(lifted)) return [];
    const turning: Reason[] = [];
    for (const { kind, effect, reason } of this.#backwards(lifted)) {
      if (effect === 'allow' || (kind === 'seal' && this.#base)) return turning;
      turning.push(reason);
    }
    return null;
  }

  /** Back to the last that denies, or to the roles; a seal leads straight to them. */
  turnToDenied(): readonly Reason[] | null {
    if (!this.allows(NOTHING_LIFTED)) return [];
    const turning: Reason[] = [];
    for (const { kind, effect, reason } of this.#backwards(NOTHING_LIFTED)) {
      if (kind !== 'override') break;
      if (effect === 'deny') return turning;
      turning.push(reason);
    }
    const roles = this.#marks.filter(({ kind }) => kind === 'role');
    return [...turning, ...roles.map(({ reason }) => reason)];
  }

  #backwards(lifted: Lifted): readonly Mark[] {
    return this.#marks
      .filter(({ channelId }) => channelId === undefined || !lifted.has(channelId))
      .reverse();
  }
}
