import type { NetPolicy } from '@sidetone/protocol';
import type { KeyRights } from '../key/key-rights.js';
import type { Talker } from '../talk/talker.js';
import type { TalkTarget } from '../talk/talk-target.js';
import type { AudioRoute } from './audio-route.js';
import type { Roster } from './roster.js';
import type { RouteTable } from './route-table.js';
import type { TalkFloor } from './talk-floor.js';
import type { TalkLine } from './talk-line.js';
import { netOf } from './stance.js';
import { barOf, priorityOf } from './talk-rights.js';
import type { TargetCompiler } from './target-compiler.js';
import type { TransmissionBoard } from './transmission-board.js';

interface RouteRefreshParts {
  readonly roster: Roster;
  readonly routes: RouteTable;
  readonly rights: KeyRights;
  readonly board: TransmissionBoard;
  readonly floor: TalkFloor;
  readonly compiler: TargetCompiler;
}

/**
 * Brings routes, keys and talk lines in step with the roster after it has changed. Targets in use
 * are compiled at once; the others when their next talkspurt starts, so that a join into a channel
 * of hundreds does not compile hundreds of silent targets.
 */
export class RouteRefresh {
  readonly #parts: RouteRefreshParts;

  constructor(parts: RouteRefreshParts) {
    this.#parts = parts;
  }

  /** The session has joined or left the channel. Its keys stand in the answer to its join. */
  membership(talker: Talker, route: AudioRoute): void {
    const { rights, routes } = this.#parts;
    const touched = [...routes.patchedWith(route)];
    for (const each of touched) rights.reconcile(each, talker.id, each !== route);
    for (const each of routes.privateOf(route.organizationId)) {
      if (!this.#concerns(each, talker)) continue;
      rights.reconcile(each, talker.id, true);
      // Whom one may whisper to, and who sees whom, can hang on where both are.
      if (isOwn(each, talker)) rights.reconcileAll(each);
      touched.push(each);
    }
    this.#recompile(touched);
  }

  /** Flags or rights of one session. */
  session(talker: Talker, { push }: { readonly push: boolean }): void {
    const { roster, routes, rights } = this.#parts;
    const touched = new Set(routes.privateOf(talker.organizationId));
    for (const channelId of roster.channelsOf(talker.id)) {
      const route = routes.ofChannel(channelId);
      for (const each of route === undefined ? [] : routes.patchedWith(route)) touched.add(each);
    }
    for (const route of touched) {
      rights.reconcile(route, talker.id, push);
      if (isOwn(route, talker)) rights.reconcileAll(route);
    }
    this.#judge(talker.lines.values());
    this.#recompile([...touched]);
  }

  /** Flags or rights of all sessions in one channel, or how its net is talked on. */
  channel(route: AudioRoute): void {
    const patched = this.#parts.routes.patchedWith(route);
    this.#apply([...patched, ...this.#shoutsOf(route.organizationId)]);
  }

  /** These nets are joined by other patches than before. Who hears them now learns of it at once. */
  patched(routes: readonly AudioRoute[]): void {
    const [first] = routes;
    if (first === undefined) return;
    this.#apply([...routes, ...this.#parts.routes.privateOf(first.organizationId)]);
    for (const route of routes) this.#parts.floor.settle(route);
    for (const route of routes) this.#parts.board.tellNow(route);
  }

  /** The session has ended. */
  gone(talker: Talker): void {
    const touched = [...this.#parts.routes.all()].filter(({ keyring }) =>
      keyring.holders.has(talker.id),
    );
    for (const { keyring } of touched) keyring.revoke(talker.id);
    this.#recompile(touched);
  }

  /** A channel has gone from the tree. */
  shouts(organizationId: string): void {
    const touched = [...this.#shoutsOf(organizationId)];
    for (const route of touched) this.#parts.rights.reconcileAll(route);
    this.#recompile(touched);
  }

  /** Of one organization, or of all. */
  everything(organizationId?: string): void {
    const routes = [...this.#parts.routes.all()];
    this.#apply(
      routes.filter((each) => (organizationId ?? each.organizationId) === each.organizationId),
    );
  }

  /** Route rules would answer otherwise now. */
  rules(): void {
    this.#recompile([...this.#parts.routes.all()]);
  }

  #apply(routes: readonly AudioRoute[]): void {
    const before = new Map(routes.map((route) => [route, this.#readNet(route)]));
    for (const route of routes) {
      this.#parts.rights.reconcileAll(route);
      this.#judge(route.lines);
    }
    // Only now, or somebody would keep the floor who may not talk any more.
    for (const [route, net] of before) this.#applyNet(route, net);
    this.#recompile(routes);
  }

  /** Returns the net as it was. */
  #readNet(route: AudioRoute): NetPolicy {
    const before = route.net;
    if (route.scope.kind === 'channel')
      route.net = netOf(this.#parts.roster, route.scope.channelId);
    return before;
  }

  /** Another mode or another limit takes effect on who talks already. */
  #applyNet(route: AudioRoute, before: NetPolicy): void {
    const { floor } = this.#parts;
    if (before.maxTransmissionMs !== route.net.maxTransmissionMs) floor.limitChanged(route);
    if (before.floorMode !== route.net.floorMode) floor.settle(route);
  }

  *#shoutsOf(organizationId: string): Iterable<AudioRoute> {
    for (const route of this.#parts.routes.privateOf(organizationId)) {
      if (route.scope.kind === 'shout') yield route;
    }
  }

  /** Shouts do always; of whispers those that the session makes, or that name its user. */
  #concerns({ scope }: AudioRoute, { id }: Talker): boolean {
    if (scope.kind !== 'whisper' || scope.ownerId === id) return true;
    const userId = this.#parts.roster.session(id)?.userId;
    return userId !== undefined && scope.userIds.has(userId);
  }

  /** Whether talkers may still be heard on their lines, and how loudly they may ask. */
  #judge(lines: Iterable<TalkLine>): void {
    const { roster, floor } = this.#parts;
    for (const line of [...lines]) {
      line.priority = priorityOf(line, roster);
      const bar = barOf(line, roster);
      if (bar === line.bar) continue;
      line.bar = bar;
      line.target.stale = true;
      if (bar !== null) floor.force(line, bar === 'muted' ? 'muted' : 'revoked');
    }
  }

  #recompile(routes: readonly AudioRoute[]): void {
    const { board, compiler } = this.#parts;
    const inUse = new Set<TalkTarget>();
    for (const route of routes) {
      route.audience = null;
      board.touch(route);
      for (const { target } of route.lines) {
        target.stale = true;
        if (target.transmission !== null) inUse.add(target);
      }
    }
    for (const target of inUse) compiler.compile(target);
  }
}

function isOwn({ scope }: AudioRoute, { id }: Talker): boolean {
  return scope.kind !== 'channel' && scope.ownerId === id;
}
