import { randomUUID } from 'node:crypto';
import type { TransmissionEndReason, TransmissionView } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { Hooks } from '../hook/hooks.js';
import type { AudioRoute } from './audio-route.js';
import type { Roster } from './roster.js';
import type { TalkLine } from './talk-line.js';
import { routeViewFor } from './route-view.js';
import { patchedWith } from './stance.js';
import { viewTransmission, type Heard, type Transmission } from './transmission.js';

/** A client drops a transmission of which it had neither a frame nor an update for 5 s. */
export const UPDATE_PERIOD_MS = 2_000;

/** Frames are news enough for who hears them; they are told now and then, in case a start was lost. */
export const UPDATES_BETWEEN_ALL = 5;

/** Who talks now, and who has been told of it. */
export class TransmissionBoard {
  readonly #clock: Clock;
  readonly #roster: Roster;
  readonly #tell: Hooks['tell'];
  readonly #active = new Set<Transmission>();

  constructor(clock: Clock, roster: Roster, tell: Hooks['tell']) {
    this.#clock = clock;
    this.#roster = roster;
    this.#tell = tell;
  }

  get active(): ReadonlySet<Transmission> {
    return this.#active;
  }

  /** The line carries frames from now on: of a new transmission, or of its target's present one. */
  join(line: TalkLine, seq: number): void {
    const present = line.target.transmission;
    if (present !== null) {
      present.lines.add(line);
      this.#tellAll(present, 'newcomers');
      present.changed = true;
      return;
    }
    const transmission: Transmission = {
      id: randomUUID(),
      target: line.target,
      firstSeq: seq,
      lastSeq: -1,
      frames: 0,
      lines: new Set([line]),
      told: new Map(),
      changed: false,
      updates: 0,
      nextUpdateMs: this.#clock.now() + UPDATE_PERIOD_MS,
    };
    line.target.transmission = transmission;
    this.#active.add(transmission);
    this.#tellAll(transmission, 'newcomers');
    const { organizationId } = line.route;
    const { id: talker } = line.target.talker;
    const view = viewTransmission(transmission, this.#heard(routesOf(transmission), talker));
    this.#tell('transmissionStarted', { ...view, organizationId });
  }

  leave(line: TalkLine, reason: TransmissionEndReason): void {
    const transmission = line.target.transmission;
    if (!transmission?.lines.delete(line)) return;
    if (transmission.lines.size > 0) transmission.changed = true;
    else this.#end(transmission, line.route.organizationId, reason);
  }

  /** Somebody has come to see the route: it learns at once who talks there. */
  show(route: AudioRoute, sessionId: string): void {
    for (const { target } of route.talking) {
      const transmission = target.transmission;
      if (transmission === null || transmission.told.has(sessionId)) continue;
      const routes = this.#visible(transmission, sessionId);
      if (routes.length > 0) this.#tellOne(transmission, sessionId, routes, false);
    }
  }

  /** Somebody may hear it now who did not before, or the other way round. */
  tellNow(route: AudioRoute): void {
    for (const { target } of route.talking) {
      if (target.transmission !== null) this.#tellAll(target.transmission, 'concerned');
    }
  }

  /** Who sees the route has changed. */
  touch(route: AudioRoute): void {
    for (const { target } of route.talking) {
      if (target.transmission !== null) target.transmission.changed = true;
    }
  }

  /** Sends what is due; called about ten times a second while anybody talks. */
  sweep(nowMs: number): void {
    for (const transmission of this.#active) {
      if (nowMs >= transmission.nextUpdateMs) {
        transmission.nextUpdateMs = nowMs + UPDATE_PERIOD_MS;
        transmission.updates += 1;
        const all = transmission.updates % UPDATES_BETWEEN_ALL === 0;
        this.#tellAll(transmission, all ? 'everybody' : 'unhearing');
      } else if (transmission.changed) {
        this.#tellAll(transmission, 'concerned');
      }
    }
  }

  viewsFor(sessionId: string): TransmissionView[] {
    return [...this.#active].flatMap((transmission) => {
      const routes = this.#visible(transmission, sessionId);
      if (routes.length === 0) return [];
      return [viewTransmission(transmission, this.#heard(routes, sessionId))];
    });
  }

  #end(transmission: Transmission, organizationId: string, reason: TransmissionEndReason): void {
    const { id, target, frames, told } = transmission;
    target.transmission = null;
    this.#active.delete(transmission);
    for (const sessionId of told.keys()) this.#signalEnd(sessionId, id, reason);
    this.#tell('transmissionEnded', {
      organizationId,
      id,
      sessionId: target.talker.id,
      reason,
      frames,
    });
  }

  /**
   * `concerned`: newcomers, and those whose routes have changed or gone. `unhearing`: these, and who
   * sees the transmission without getting its frames.
   */
  #tellAll(
    transmission: Transmission,
    whom: 'newcomers' | 'concerned' | 'unhearing' | 'everybody',
  ): void {
    const seers = this.#seersOf(transmission);
    const hearing = whom === 'unhearing' ? sinksOf(transmission) : null;
    for (const [sessionId, routes] of seers) {
      const known = transmission.told.has(sessionId);
      if (known && whom === 'newcomers') continue;
      const handle = this.#roster.session(sessionId)?.handle ?? 0;
      const repeat = whom === 'everybody' || hearing?.has(handle) === false;
      this.#tellOne(transmission, sessionId, routes, repeat);
    }
    if (whom === 'newcomers') return;
    transmission.changed = false;
    for (const sessionId of transmission.told.keys()) {
      if (seers.has(sessionId)) continue;
      transmission.told.delete(sessionId);
      this.#signalEnd(sessionId, transmission.id, 'released');
    }
  }

  #tellOne(
    transmission: Transmission,
    sessionId: string,
    routes: readonly AudioRoute[],
    evenUnchanged: boolean,
  ): void {
    const outlet = this.#roster.session(sessionId)?.outlet;
    const heard = this.#heard(routes, sessionId);
    const key = keyOf(heard);
    const before = transmission.told.get(sessionId);
    if (outlet === undefined || (before === key && !evenUnchanged)) return;
    transmission.told.set(sessionId, key);
    const name = before === undefined ? 'transmissionStarted' : 'transmissionUpdated';
    outlet.signal(name, viewTransmission(transmission, heard));
  }

  #heard(routes: readonly AudioRoute[], sessionId: string): Heard {
    const patches = new Set<string>();
    for (const { scope } of routes) {
      const patch = scope.kind === 'channel' ? this.#roster.patchOf(scope.channelId) : undefined;
      if (patch !== undefined) patches.add(patch.id);
    }
    const views = routes.map((route) => routeViewFor(route, sessionId, this.#roster));
    return { routes: views, patches: [...patches] };
  }

  #signalEnd(sessionId: string, id: string, reason: TransmissionEndReason): void {
    this.#roster.session(sessionId)?.outlet.signal('transmissionEnded', { id, reason });
  }

  /** Everybody who hears or has joined one of its routes, with those routes; and the talker. */
  #seersOf(transmission: Transmission): Map<string, AudioRoute[]> {
    const seers = new Map<string, AudioRoute[]>();
    for (const { route } of transmission.lines) {
      for (const sessionId of this.#seersOfRoute(route)) {
        const routes = seers.get(sessionId);
        if (routes === undefined) seers.set(sessionId, [route]);
        else routes.push(route);
      }
    }
    seers.set(transmission.target.talker.id, routesOf(transmission));
    return seers;
  }

  #seersOfRoute({ scope, keyring }: AudioRoute): Iterable<string> {
    if (scope.kind !== 'channel') return keyring.holders.keys();
    const [own, ...others] = patchedWith(this.#roster, scope.channelId);
    if (others.length === 0) return this.#roster.members(own as string).keys();
    const seers = [own as string, ...others].flatMap((id) => [...this.#roster.members(id).keys()]);
    return new Set(seers);
  }

  #visible(transmission: Transmission, sessionId: string): AudioRoute[] {
    const routes = routesOf(transmission);
    if (transmission.target.talker.id === sessionId) return routes;
    return routes.filter(({ scope, keyring }) =>
      scope.kind === 'channel'
        ? patchedWith(this.#roster, scope.channelId).some((id) =>
            this.#roster.members(id).has(sessionId),
          )
        : keyring.holders.has(sessionId),
    );
  }
}

/** Handles of the sessions that get its frames now. */
function sinksOf({ lines }: Transmission): ReadonlySet<number> {
  return new Set(Array.from(lines, ({ sinks }) => [...sinks]).flat());
}

function routesOf({ lines }: Transmission): AudioRoute[] {
  return Array.from(lines, ({ route }) => route);
}

/** Equal where there is nothing new to tell. */
function keyOf({ routes, patches }: Heard): string {
  const named = routes.map(({ handle, channel }) => (channel === undefined ? -handle : handle));
  return `${named.join()} ${patches.join()}`;
}
