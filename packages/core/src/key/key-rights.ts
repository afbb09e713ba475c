import { gatherAudience } from '../audio/audience.js';
import type { AudioRoute } from '../audio/audio-route.js';
import type { Roster } from '../audio/roster.js';
import { entitlementTo } from './key-entitlement.js';

/** Keeps the holders of each route's keys what the roster says they should be. */
export class KeyRights {
  readonly #roster: Roster;

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  /**
   * Gives or takes what the session's standing on the route has come to.
   * @param push whether new keys are sent at once, not in the answer to a request
   */
  reconcile(route: AudioRoute, sessionId: string, push: boolean): void {
    const { keyring } = route;
    const before = keyring.holders.get(sessionId) ?? null;
    const after = entitlementTo(route, sessionId, this.#roster);
    if (before === after) return;
    if (after === null) {
      keyring.revoke(sessionId);
      return;
    }
    keyring.grant(sessionId, after);
    if (push && before !== 'secret') keyring.push(sessionId);
  }

  /** Everybody who has keys of the route or might have to get them. */
  reconcileAll(route: AudioRoute): void {
    const concerned = new Set(route.keyring.holders.keys());
    for (const { sessionId } of gatherAudience(this.#roster, route)) concerned.add(sessionId);
    for (const sessionId of concerned) this.reconcile(route, sessionId, true);
  }
}
