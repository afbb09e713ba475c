import { createOrganizationApi, type OrganizationApi } from '../api/organization-api.js';
import { createOrganizationsApi, type OrganizationsApi } from '../api/organizations-api.js';
import { createUsersApi, type UsersApi } from '../api/users-api.js';
import { VoicePlane } from '../audio/voice-plane.js';
import { ChannelLifecycle } from '../channel/channel-lifecycle.js';
import { ChannelPasswords } from '../channel/channel-passwords.js';
import { AnswerArchive } from '../command/answer-archive.js';
import { CommandPipeline } from '../command/command-pipeline.js';
import type { Directory } from '../contracts/directory.js';
import type { ControlIngress } from '../contracts/control-transport.js';
import type { Sessions } from '../contracts/sessions.js';
import type { VoiceIngress } from '../contracts/voice-ingress.js';
import { ControlDoor } from '../control/control-door.js';
import { coreError } from '../error/error-codes.js';
import { RequestDispatcher } from '../control/request-dispatcher.js';
import { InProcessTransport } from '../media-port/in-process-transport.js';
import { Bans } from '../organization/bans.js';
import { LiveDirectory } from '../organization/live-directory.js';
import type { Organization } from '../organization/organization.js';
import { OrganizationLifecycle } from '../organization/organization-lifecycle.js';
import { AwayBoard } from '../organization/away-board.js';
import { OrganizationRegistry } from '../organization/organization-registry.js';
import { Sight } from '../organization/sight.js';
import { StatePublisher } from '../organization/state-publisher.js';
import { LiveRights } from '../session/live-rights.js';
import { Patches } from '../patch/patches.js';
import { LiveSessions } from '../session/live-sessions.js';
import { ResumeTokens } from '../session/resume-tokens.js';
import { Revocations } from '../session/revocations.js';
import { SessionLifecycle } from '../session/session-lifecycle.js';
import { SessionRecorder } from '../session/session-recorder.js';
import { HandlePool } from '../talk/handle-pool.js';
import type { DomainDependencies } from './domain-dependencies.js';
import { inBatches } from './in-batches.js';
import { stableId } from './stable-id.js';
import { keepStoresTidy } from './store-upkeep.js';
import type { World } from './world.js';

const MAX_SESSIONS = 65_535;
const HANDLE_REST_MS = 60_000;
/** Comes on top of the time in which sessions leave. */
const FLUSH_MS = 500;

/** Organizations, sessions and channels of one server, joined to its voice plane. */
export class Domain {
  readonly #world: World;
  readonly #plane: VoicePlane;
  readonly #pipeline: CommandPipeline;
  readonly #door: ControlDoor;
  readonly #stopListening: () => void;
  #stopTidying: () => void = () => {};

  constructor(dependencies: DomainDependencies) {
    const registry = new OrganizationRegistry();
    const directory = new LiveDirectory(registry, dependencies.log);
    const publisher = new StatePublisher(dependencies.hooks, (session) =>
      recorder.changed(session),
    );
    const { hooks, clock, channelStore, options } = dependencies;
    const inProcess = new InProcessTransport(dependencies.log);
    const plane = new VoicePlane({
      ...dependencies,
      voiceTransports: [...dependencies.voiceTransports, inProcess],
      roster: registry,
      limits: options.limits,
      tell: (name, fact) => hooks.tell(name, fact),
    });
    const patches: Patches = new Patches({
      ...{ clock, plane, hooks },
      rights: { patched: (...patch) => rights.patched(...patch) },
    });
    const handles = new HandlePool({ clock, max: MAX_SESSIONS, restMs: HANDLE_REST_MS });
    const channels = new ChannelLifecycle({
      registry,
      directory,
      publisher,
      plane,
      patches,
      store: channelStore,
    });
    const tokens = new ResumeTokens(clock, options.resumeTimeoutMs);
    const recorder = new SessionRecorder({
      ...dependencies,
      store: dependencies.resumeTokenStore,
      tokens,
      plane,
      resumeTimeoutMs: options.resumeTimeoutMs,
    });
    const sight = new Sight(hooks);
    const sessions: SessionLifecycle = new SessionLifecycle({
      registry,
      publisher,
      sight,
      rights: {
        joined: (...membership) => rights.joined(...membership),
        left: (...membership) => rights.left(...membership),
      },
      away: new AwayBoard(clock, publisher),
      plane,
      channels,
      patches,
      handles,
      hooks,
      clock,
      commandRate: {
        burst: options.limits.commandBurst,
        perSecond: options.limits.commandsPerSecond,
      },
      tokens,
      recorder,
      archive: new AnswerArchive({ ...dependencies, store: dependencies.idempotencyStore }),
      resumeTimeoutMs: options.resumeTimeoutMs,
    });
    const policy = dependencies.accessPolicy;
    const rights: LiveRights = new LiveRights({
      policy,
      registry,
      publisher,
      sight,
      plane,
      sessions,
      patches,
    });
    const revocations = new Revocations();
    const liveSessions = new LiveSessions({ registry, sessions, revocations, recorder });
    const bans = new Bans({ store: dependencies.banStore, clock, sessions });
    const organizations = new OrganizationLifecycle({
      ...dependencies,
      registry,
      store: dependencies.organizationStore,
      channels,
      sessions,
      liveSessions,
      bans,
    });
    this.#plane = plane;
    this.#world = {
      dependencies,
      registry,
      directory,
      publisher,
      plane,
      inProcess,
      sessions,
      rights,
      passwords: new ChannelPasswords(dependencies),
      tokens,
      recorder,
      revocations,
      liveSessions,
      channels,
      organizations,
      patches,
      bans,
    };
    this.#pipeline = new CommandPipeline(this.#world);
    this.#door = new ControlDoor(this.#world, new RequestDispatcher(dependencies, this.#pipeline));
    this.#stopListening = policy.onChange((change) => rights.changed(change));
    dependencies.extensions.deliverBy((event, sessionIds, payload) => {
      for (const id of sessionIds) registry.session(id)?.outlet.pluginEvent(event, payload);
    });
  }

  get controlIngress(): ControlIngress {
    return this.#door;
  }

  get voiceIngress(): VoiceIngress {
    return this.#plane;
  }

  get directory(): Directory {
    return this.#world.directory;
  }

  get sessions(): Sessions {
    return this.#world.liveSessions;
  }

  /** Loads what the stores keep; an empty server gets its first organization and channels. */
  async open(): Promise<void> {
    const { organizations, registry, dependencies } = this.#world;
    await organizations.load(dependencies.options.organization);
    if (registry.own) await this.#createFirstChannels(registry.own);
    const { idempotencyStore, resumeTokenStore } = dependencies;
    const stores = [idempotencyStore, resumeTokenStore];
    this.#stopTidying = keepStoresTidy({ ...dependencies, stores });
  }

  /** Throws `ERR_ORGANIZATION_UNKNOWN`. Without a name it is the server's own. */
  organization(nameOrId?: string): OrganizationApi {
    const organization = this.#find(nameOrId);
    return createOrganizationApi(this.#world, this.#pipeline, organization);
  }

  get users(): UsersApi {
    return createUsersApi(this.#world);
  }

  get organizations(): OrganizationsApi {
    return createOrganizationsApi(this.#world);
  }

  /** Refuses new sessions, tells the present ones, and waits until they have gone. */
  async drain(deadlineMs: number): Promise<void> {
    const { registry, sessions, dependencies } = this.#world;
    const { clock } = dependencies;
    const untilMs = clock.now() + deadlineMs;
    await this.#door.drain(deadlineMs);
    // Who is inside the process, or waits for its client to come back.
    await inBatches(
      registry.sessions(),
      () => clock.now() < untilMs,
      (session) => sessions.close(session, 'shutdown', 'the server stops', 'SHUTTING_DOWN'),
    );
    await this.#world.recorder.flush(FLUSH_MS);
  }

  close(): void {
    this.#stopListening();
    this.#stopTidying();
    this.#world.recorder.close();
    this.#door.close();
    this.#world.patches.close();
    this.#plane.close();
  }

  #find(nameOrId?: string): Organization {
    const organization = this.#world.registry.find(nameOrId);
    if (organization) return organization;
    const known = [...this.#world.registry.all()].map(({ name }) => `"${name}"`).join(', ');
    throw coreError(
      'ERR_ORGANIZATION_UNKNOWN',
      `there is no "${nameOrId ?? ''}"; there is ${known}`,
    );
  }

  async #createFirstChannels(organization: Organization): Promise<void> {
    if (organization.tree.size > 0) return;
    const actor = { kind: 'program', name: 'first start' } as const;
    for (const channelName of this.#world.dependencies.options.initialChannels) {
      const newId = (): string => stableId('channel', organization.id, channelName);
      const caller = { organization, actor, session: null, newId };
      await this.#pipeline.execute(caller, 'channel.create', { parent: null, name: channelName });
    }
  }
}
