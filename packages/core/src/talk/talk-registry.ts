import { randomUUID } from 'node:crypto';
import { WireError, type MethodResult } from '@sidetone/protocol';
import { gatherAudience } from '../audio/audience.js';
import type { AudioRoute } from '../audio/audio-route.js';
import type { Roster } from '../audio/roster.js';
import type { RouteTable } from '../audio/route-table.js';
import { TalkLine } from '../audio/talk-line.js';
import { barOf, priorityOf } from '../audio/talk-rights.js';
import type { TalkFloor } from '../audio/talk-floor.js';
import type { RegisteredTarget, TalkRegistration } from '../audio/voice-plane-port.js';
import type { Clock } from '../contracts/clock.js';
import type { KeyService } from '../contracts/key-service.js';
import type { Logger } from '../contracts/logger.js';
import { errorMessage } from '../error/error-message.js';
import type { KeyRights } from '../key/key-rights.js';
import { Sender } from '../key/sender.js';
import { SourceRegistry } from './source-registry.js';
import { exceeded, noHandle, type TalkLimits } from './talk-limits.js';
import type { TalkSource } from './talk-source.js';
import type { TalkTarget } from './talk-target.js';
import type { Talker } from './talker.js';
import { planTarget, type PlannedRoute } from './target-plan.js';

interface TalkRegistryParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly keyService: KeyService;
  readonly roster: Roster;
  readonly routes: RouteTable;
  readonly rights: KeyRights;
  readonly floor: TalkFloor;
  readonly limits: TalkLimits;
  readonly pathCount: number;
}

type Registered = MethodResult<'talk.register'>;

/** What a source will seal with on a route. */
interface SenderIndex {
  readonly index: number;
  /** Whose index it is already. */
  readonly sender: Sender | null;
}

/** Sources, targets and talk handles of all sessions. */
export class TalkRegistry {
  readonly #parts: TalkRegistryParts;
  readonly #sources: SourceRegistry;

  constructor(parts: TalkRegistryParts) {
    this.#parts = parts;
    this.#sources = new SourceRegistry(parts.clock, parts.limits);
  }

  /** As `VoicePlanePort.register`. The talker's keys have gone out when it resolves. */
  async register(talker: Talker, talk: TalkRegistration): Promise<Registered> {
    const { roster, routes } = this.#parts;
    const plan = planTarget(talk, talker, roster, routes);
    this.#checkLimits(talker, plan.length);
    const source = this.#sources.named(talker, talk.sourceName);
    const opened: AudioRoute[] = [];
    talker.registering++;
    try {
      const planned = plan.map((each) => this.#routeOf(each, talker, opened));
      const indices = await Promise.all(
        planned.map((route) => this.#senderIndex(route, source, talker)),
      );
      // Anything may have happened meanwhile: a leave, a lost right, the session's end.
      this.#recheck(talker, talk, planned);
      this.#recheckSenders(talker, source, planned, indices);
      return this.#commit(talker, source, talk, planned, indices);
    } catch (error) {
      for (const route of opened) routes.close(route);
      throw error;
    } finally {
      talker.registering--;
    }
  }

  targets(talker: Talker): readonly RegisteredTarget[] {
    return Array.from(talker.targets.values(), (target) => {
      const { spec, askedPriority: priority } = target;
      return { ...answerOf(target), spec, priority };
    });
  }

  /** Throws `WireError` NOT_FOUND. */
  unregister(talker: Talker, targetId: string): void {
    const target = talker.targets.get(targetId);
    if (target === undefined) {
      throw new WireError('NOT_FOUND', `there is no talk target "${targetId}" of this session`);
    }
    this.#remove(target, 'targetChanged');
  }

  /** The talker has no more to do with the route: frames on its handles are dropped from now on. */
  cutFrom(talker: Talker, route: AudioRoute, reason: 'revoked' | 'disconnected'): void {
    for (const line of talker.lines.values()) {
      if (line.route !== route || line.cut) continue;
      this.#parts.floor.force(line, reason);
      line.cut = true;
      line.bar = 'revoked';
      line.target.stale = true;
      this.#detach(line);
    }
  }

  closeTalker(talker: Talker): void {
    talker.closed = true;
    for (const target of [...talker.targets.values()]) this.#remove(target, 'disconnected');
    this.#sources.closeAll(talker);
  }

  #checkLimits(talker: Talker, routeCount: number): void {
    const { limits } = this.#parts;
    if (routeCount > limits.routesPerTarget) throw exceeded('routesPerTarget', limits);
    if (talker.targets.size + talker.registering >= limits.targets) {
      throw exceeded('targets', limits);
    }
  }

  #routeOf({ existing, scope }: PlannedRoute, talker: Talker, opened: AudioRoute[]): AudioRoute {
    if (existing !== null) return existing;
    const route = this.#parts.routes.open(talker.organizationId, scope);
    opened.push(route);
    return route;
  }

  /** The index that the source has on the route, or a new one. */
  async #senderIndex(route: AudioRoute, source: TalkSource, talker: Talker): Promise<SenderIndex> {
    await route.keyring.open();
    const sender = talker.senders.get(source)?.get(route);
    if (sender !== undefined) return { index: sender.index, sender };
    try {
      if (route.keyring.epochs.active >= 0) {
        const index = await this.#parts.keyService.allocateSender(route.view.id, source.id);
        return { index, sender: null };
      }
    } catch (error) {
      const cause = errorMessage(error);
      this.#parts.log.warn('a sender index could not be allocated', {
        route: route.view.id,
        cause,
      });
    }
    throw new WireError('INTERNAL_ERROR', 'the keys of a route are not available; try again');
  }

  #recheck(talker: Talker, talk: TalkRegistration, planned: readonly AudioRoute[]): void {
    const { roster, routes } = this.#parts;
    if (talker.closed) throw new WireError('NOT_FOUND', 'the session has ended');
    const again = planTarget(talk, talker, roster, routes);
    const same = again.every(({ existing }, i) => existing === null || existing === planned[i]);
    if (!same) throw new WireError('NOT_FOUND', 'a channel of the target was closed');
  }

  /** The index of a sender that has ended is not used again: its replay window is gone. */
  #recheckSenders(
    talker: Talker,
    source: TalkSource,
    routes: readonly AudioRoute[],
    indices: readonly SenderIndex[],
  ): void {
    const present = talker.senders.get(source);
    const ended = indices.some(({ sender }, i) => {
      return sender !== null && present?.get(routes[i] as AudioRoute) !== sender;
    });
    if (!ended) return;
    const message = 'the source stopped talking to a channel of the target meanwhile; try again';
    throw new WireError('NOT_JOINED', message);
  }

  #commit(
    talker: Talker,
    source: TalkSource,
    talk: TalkRegistration,
    routes: readonly AudioRoute[],
    indices: readonly SenderIndex[],
  ): Registered {
    const talkHandles = this.#takeHandles(talker, routes.length);
    const lines: TalkLine[] = [];
    const target: TalkTarget = {
      id: talk.id ?? randomUUID(),
      talker,
      source,
      spec: talk.target,
      askedPriority: talk.priority,
      lines,
      transmission: null,
      stale: true,
    };
    talker.targets.set(target.id, target);
    routes.forEach((route, i) => {
      const { index } = indices[i] as SenderIndex;
      const sender = this.#bind(talker, source, route, index);
      const talkHandle = talkHandles[i] as number;
      const { pathCount } = this.#parts;
      lines.push(this.#attach(new TalkLine({ talkHandle, target, route, sender, pathCount })));
    });
    return answerOf(target);
  }

  /** Throws `WireError` SERVER_FULL, with none taken. */
  #takeHandles(talker: Talker, count: number): readonly number[] {
    const taken: number[] = [];
    while (taken.length < count) {
      const handle = talker.handles.take();
      if (handle === null) {
        for (const each of taken) talker.handles.release(each);
        throw noHandle('talk');
      }
      taken.push(handle);
    }
    return taken;
  }

  /** Puts the sender into the route's keys and sees that everybody learns of it. */
  #bind(talker: Talker, source: TalkSource, route: AudioRoute, index: number): Sender {
    const ofSource = talker.senders.get(source) ?? new Map<AudioRoute, Sender>();
    talker.senders.set(source, ofSource);
    let sender = ofSource.get(route);
    if (sender === undefined) {
      sender = new Sender(source, index);
      ofSource.set(route, sender);
      route.keyring.addSender(sender);
      route.keyring.announce(sender);
    }
    sender.lineCount++;
    this.#grantAll(route, talker);
    route.keyring.push(talker.id);
    return sender;
  }

  /** The listeners of a new whisper or shout get its key; those of a channel have it. */
  #grantAll(route: AudioRoute, talker: Talker): void {
    if (route.scope.kind === 'channel') return;
    const { rights, roster } = this.#parts;
    for (const { sessionId } of gatherAudience(roster, route)) {
      rights.reconcile(route, sessionId, sessionId !== talker.id);
    }
    rights.reconcile(route, talker.id, false);
  }

  #attach(line: TalkLine): TalkLine {
    const { roster } = this.#parts;
    line.route.lines.add(line);
    line.target.talker.lines.set(line.talkHandle, line);
    line.bar = barOf(line, roster);
    line.priority = priorityOf(line, roster);
    return line;
  }

  #remove(target: TalkTarget, reason: 'targetChanged' | 'disconnected'): void {
    const { talker } = target;
    talker.targets.delete(target.id);
    for (const line of target.lines) {
      this.#parts.floor.force(line, reason);
      talker.lines.delete(line.talkHandle);
      talker.handles.release(line.talkHandle);
      if (!line.cut) this.#detach(line);
      if (line.route.scope.kind !== 'channel') this.#parts.routes.close(line.route);
    }
  }

  /**
   * With its last line the sender ends. A source that comes back gets another index: its client may
   * have forgotten the counter, and one counter used twice gives the key away.
   */
  #detach(line: TalkLine): void {
    const { route, sender, target } = line;
    route.lines.delete(line);
    sender.lineCount--;
    if (sender.lineCount > 0) return;
    route.keyring.removeSender(sender);
    target.talker.senders.get(sender.source)?.delete(route);
  }
}

function answerOf({ id, source, lines }: TalkTarget): Registered {
  const handles = lines.map(({ talkHandle, route }) => ({
    handle: talkHandle,
    route: route.view,
  }));
  return { target: id, source: source.view, handles };
}
