import {
  WireError,
  type Downlink,
  type MethodResult,
  type RouteKeys,
  type TransmissionView,
  type VoiceOffer,
  type VoiceReport,
} from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { FloorPolicy } from '../contracts/floor-policy.js';
import type { KeyService } from '../contracts/key-service.js';
import type { Logger } from '../contracts/logger.js';
import type { Metrics } from '../contracts/metrics.js';
import type { RouteRule } from '../contracts/route-rule.js';
import type { VoiceSession, VoiceTransport } from '../contracts/voice-transport.js';
import type { Hooks } from '../hook/hooks.js';
import { KeyRights } from '../key/key-rights.js';
import { TokenBucket } from '../limit/token-bucket.js';
import { HANDLE_REST_MS, HandlePool } from '../talk/handle-pool.js';
import type { TalkLimits } from '../talk/talk-limits.js';
import { TalkRegistry } from '../talk/talk-registry.js';
import type { Talker } from '../talk/talker.js';
import type { AudioRoute } from './audio-route.js';
import { FeedbackBoard } from './feedback-board.js';
import { FrameBudget, HANDLES_AT_ONCE } from './frame-budget.js';
import { FrameIngress } from './frame-ingress.js';
import type { Roster } from './roster.js';
import { RouteTable } from './route-table.js';
import { RouteRefresh } from './route-refresh.js';
import { TalkFloor, TRANSMISSION_STARTS } from './talk-floor.js';
import { TalkSweep } from './talk-sweep.js';
import { TargetCompiler } from './target-compiler.js';
import { TransmissionBoard } from './transmission-board.js';
import { createVoiceCounters } from './voice-counters.js';
import { VoicePaths } from './voice-paths.js';
import type {
  RegisteredTarget,
  TalkRegistration,
  VoiceChange,
  VoicePlanePort,
} from './voice-plane-port.js';

export interface VoicePlaneParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly roster: Roster;
  readonly floorPolicy: FloorPolicy;
  readonly keyService: KeyService;
  readonly routeRules: readonly RouteRule[];
  readonly voiceTransports: readonly VoiceTransport[];
  readonly limits: TalkLimits;
  readonly tell: Hooks['tell'];
}

const MAX_TALK_HANDLES = 65_535;

/** Where voice goes: joins routes, keys, talk targets and paths, and hands frames through. */
export class VoicePlane implements VoicePlanePort {
  readonly #parts: VoicePlaneParts;
  readonly #talkers = new Map<string, Talker>();
  readonly #talkersByHandle = new Map<number, Talker>();
  readonly #paths: VoicePaths;
  readonly #routes: RouteTable;
  readonly #board: TransmissionBoard;
  readonly #feedback: FeedbackBoard;
  readonly #registry: TalkRegistry;
  readonly #refresh: RouteRefresh;
  readonly #ingress: FrameIngress;
  readonly #sweep: TalkSweep;
  readonly #unsubscribe: readonly (() => void)[];

  constructor(parts: VoicePlaneParts) {
    const { clock, log, roster, routeRules, voiceTransports, tell } = parts;
    const paths = new VoicePaths(voiceTransports, (sessionId, downlink) =>
      roster.session(sessionId)?.outlet.signal('voicePathChanged', { downlink }),
    );
    const routes = new RouteTable(parts);
    const board = new TransmissionBoard(clock, roster, tell);
    const floor = new TalkFloor({ ...parts, routes, board });
    const compiler = new TargetCompiler(roster, routeRules, log);
    const rights = new KeyRights(roster);
    this.#parts = parts;
    this.#paths = paths;
    this.#routes = routes;
    this.#board = board;
    this.#feedback = new FeedbackBoard({ clock, roster, board });
    this.#sweep = new TalkSweep({ clock, board, floor, roster, feedback: this.#feedback });
    this.#registry = new TalkRegistry({
      ...parts,
      routes,
      rights,
      floor,
      pathCount: voiceTransports.length,
    });
    this.#refresh = new RouteRefresh({ roster, routes, rights, board, floor, compiler });
    this.#ingress = new FrameIngress({
      clock,
      counters: createVoiceCounters(parts.metrics),
      transports: voiceTransports,
      talkers: this.#talkersByHandle,
      paths,
      floor,
      compiler,
    });
    this.#unsubscribe = routeRules.map(
      (rule) => rule.onInvalidate?.(() => this.#refresh.rules()) ?? (() => undefined),
    );
  }

  receive(session: VoiceSession, transport: VoiceTransport, body: Uint8Array): void {
    this.#ingress.receive(session, transport, body);
    this.#sweep.arm();
  }

  pathReady(session: VoiceSession, transport: VoiceTransport): void {
    this.#paths.ready(session, transport);
  }

  pathLost(session: VoiceSession, transport: VoiceTransport): void {
    this.#paths.lost(session, transport);
  }

  openSession(sessionId: string): readonly VoiceOffer[] {
    const talker = this.#createTalker(sessionId);
    this.#talkers.set(sessionId, talker);
    this.#talkersByHandle.set(talker.voice.handle, talker);
    // The keys of whispers to its user stand in the answer to its sign-in.
    this.#refresh.session(talker, { push: false });
    return this.#paths.open(talker.voice);
  }

  offers(sessionId: string): readonly VoiceOffer[] {
    return this.#paths.offersTo(this.#talker(sessionId).voice);
  }

  repeatDownlink(sessionId: string): void {
    this.#paths.repeat(this.#talker(sessionId).voice);
  }

  closeSession(sessionId: string): void {
    const talker = this.#talkers.get(sessionId);
    if (talker === undefined) return;
    this.#registry.closeTalker(talker);
    this.#talkers.delete(sessionId);
    this.#talkersByHandle.delete(talker.voice.handle);
    this.#feedback.forget(talker.voice.handle);
    this.#refresh.gone(talker);
    this.#paths.close(talker.voice);
  }

  openChannel(organizationId: string, channelId: string): void {
    if (this.#routes.ofChannel(channelId)) return;
    this.#routes.open(organizationId, { kind: 'channel', channelId });
  }

  closeChannel(channelId: string): void {
    const route = this.#routes.ofChannel(channelId);
    if (route === undefined) return;
    const talkers = new Set(Array.from(route.lines, ({ target }) => target.talker));
    for (const talker of talkers) this.#registry.cutFrom(talker, route, 'revoked');
    this.#routes.close(route);
    this.#refresh.shouts(route.organizationId);
  }

  joined(sessionId: string, channelId: string): void {
    const route = this.#routes.ofChannel(channelId);
    const talker = this.#talkers.get(sessionId);
    if (route === undefined || talker === undefined) return;
    this.#refresh.membership(talker, route);
    this.#board.show(route, sessionId);
  }

  left(sessionId: string, channelId: string): void {
    const route = this.#routes.ofChannel(channelId);
    const talker = this.#talkers.get(sessionId);
    if (route === undefined || talker === undefined) return;
    const ended = this.#parts.roster.session(sessionId)?.status === 'closed';
    this.#registry.cutFrom(talker, route, ended ? 'disconnected' : 'revoked');
    this.#refresh.membership(talker, route);
  }

  changed({ sessionId, channelId, organizationId }: VoiceChange): void {
    const talker = sessionId === undefined ? undefined : this.#talkers.get(sessionId);
    const route = channelId === undefined ? undefined : this.#routes.ofChannel(channelId);
    if (sessionId !== undefined) {
      if (talker !== undefined) this.#refresh.session(talker, { push: true });
    } else if (channelId !== undefined) {
      if (route !== undefined) this.#refresh.channel(route);
    } else this.#refresh.everything(organizationId);
  }

  patched(channelIds: readonly string[]): void {
    this.#refresh.patched(channelIds.flatMap((id) => this.#routes.ofChannel(id) ?? []));
  }

  async keys(
    sessionId: string,
    of?: { readonly routeId: string } | { readonly channelId: string },
  ): Promise<readonly RouteKeys[]> {
    const routes = this.#routesFor(sessionId, of);
    await Promise.all(routes.map(({ keyring }) => keyring.open()));
    // Asked only now: who has lost a right while this waited gets nothing.
    return routes.flatMap(({ keyring }) => keyring.keysOf(sessionId));
  }

  async register(
    sessionId: string,
    talk: TalkRegistration,
  ): Promise<MethodResult<'talk.register'>> {
    return this.#registry.register(this.#talker(sessionId), talk);
  }

  targets(sessionId: string): readonly RegisteredTarget[] {
    return this.#registry.targets(this.#talker(sessionId));
  }

  unregister(sessionId: string, targetId: string): void {
    this.#registry.unregister(this.#talker(sessionId), targetId);
  }

  setDownlink(sessionId: string, downlink: Downlink): void {
    this.#paths.want(this.#talker(sessionId).voice, downlink);
  }

  report(sessionId: string, report: VoiceReport): void {
    this.#feedback.report(this.#talker(sessionId).voice.handle, report);
  }

  transmissions(sessionId: string): readonly TransmissionView[] {
    return this.#board.viewsFor(sessionId);
  }

  close(): void {
    this.#sweep.close();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#routes.closeAll();
  }

  #routesFor(
    sessionId: string,
    of: { readonly routeId: string } | { readonly channelId: string } | undefined,
  ): readonly AudioRoute[] {
    const holds = ({ keyring }: AudioRoute): boolean => keyring.holders.has(sessionId);
    if (of === undefined) return [...this.#routes.all()].filter(holds);
    const route =
      'routeId' in of ? this.#routes.get(of.routeId) : this.#routes.ofChannel(of.channelId);
    if (route !== undefined && holds(route)) return [route];
    const wanted = 'routeId' in of ? `route "${of.routeId}"` : `channel "${of.channelId}"`;
    throw new WireError('NOT_FOUND', `there are no keys of ${wanted} for this session`);
  }

  #talker(sessionId: string): Talker {
    const talker = this.#talkers.get(sessionId);
    if (talker !== undefined) return talker;
    throw new WireError('NOT_FOUND', `session "${sessionId}" has no voice; it has ended`);
  }

  #createTalker(sessionId: string): Talker {
    const { roster, clock, voiceTransports } = this.#parts;
    const session = roster.session(sessionId);
    if (session === undefined) {
      throw new WireError('NOT_FOUND', `session "${sessionId}" is unknown to the roster`);
    }
    return {
      id: sessionId,
      organizationId: session.organizationId,
      voice: { id: sessionId, handle: session.handle },
      sources: new Map(),
      senders: new Map(),
      targets: new Map(),
      lines: new Map(),
      handles: new HandlePool({ clock, max: MAX_TALK_HANDLES, restMs: HANDLE_REST_MS }),
      budget: new FrameBudget(voiceTransports.length, HANDLES_AT_ONCE),
      starts: new TokenBucket(TRANSMISSION_STARTS, clock.now()),
      talkingLines: 0,
      registering: 0,
      closed: false,
    };
  }
}
