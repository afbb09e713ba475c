import type { RouteEnd, RouteRule } from '../contracts/route-rule.js';
import type { Logger } from '../contracts/logger.js';
import { errorMessage } from '../error/error-message.js';
import type { TalkTarget } from '../talk/talk-target.js';
import { gatherAudience, type Audience } from './audience.js';
import type { AudioRoute } from './audio-route.js';
import { compileTarget } from './route-compiler.js';
import type { Roster } from './roster.js';

const NOBODY: ReadonlySet<number> = new Set();
const EMPTY: Audience = [];

/** Brings rosters and rules into the plain data that the route compiler works on. */
export class TargetCompiler {
  readonly #roster: Roster;
  readonly #rules: readonly RouteRule[];
  readonly #log: Logger;

  constructor(roster: Roster, rules: readonly RouteRule[], log: Logger) {
    this.#roster = roster;
    this.#rules = rules;
    this.#log = log;
  }

  compile(target: TalkTarget): void {
    const { talker, lines } = target;
    const userId = this.#roster.session(talker.id)?.userId ?? '';
    const end: RouteEnd = { sessionId: talker.id, userId };
    const routes = lines.map((line) => {
      const listeners = line.carries ? this.audienceOf(line.route) : EMPTY;
      return { listeners, ruledOut: this.#ruledOut(end, listeners, line.route) };
    });
    const sinks = compileTarget(talker.voice.handle, routes);
    lines.forEach((line, i) => line.compiled(sinks[i] ?? new Uint32Array(0)));
    target.stale = false;
  }

  /** Shared by all talkers on the route, until something it rests on changes. */
  audienceOf(route: AudioRoute): Audience {
    route.audience ??= gatherAudience(this.#roster, route);
    return route.audience;
  }

  #ruledOut(talker: RouteEnd, audience: Audience, route: AudioRoute): ReadonlySet<number> {
    if (this.#rules.length === 0) return NOBODY;
    const out = audience.filter(
      (listener) => !this.#rules.every((rule) => this.#agrees(rule, talker, listener, route)),
    );
    return new Set(out.map(({ handle }) => handle));
  }

  #agrees(rule: RouteRule, talker: RouteEnd, listener: RouteEnd, route: AudioRoute): boolean {
    const { sessionId, userId } = listener;
    try {
      return rule.allows(talker, { sessionId, userId }, route.ruleRoute);
    } catch (error) {
      this.#log.error('a route rule failed and counts as a no', {
        rule: rule.name,
        cause: errorMessage(error),
      });
      return false;
    }
  }
}
