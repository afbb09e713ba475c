import type { VoicePlanePort } from '../audio/voice-plane-port.js';
import type { Patches } from '../patch/patches.js';
import type { Bans } from '../organization/bans.js';
import type { OrganizationLifecycle } from '../organization/organization-lifecycle.js';
import type { LiveDirectory } from '../organization/live-directory.js';
import type { OrganizationRegistry } from '../organization/organization-registry.js';
import type { StatePublisher } from '../organization/state-publisher.js';
import type { LiveRights } from '../session/live-rights.js';
import type { LiveSessions } from '../session/live-sessions.js';
import type { ResumeTokens } from '../session/resume-tokens.js';
import type { Revocations } from '../session/revocations.js';
import type { SessionLifecycle } from '../session/session-lifecycle.js';
import type { SessionRecorder } from '../session/session-recorder.js';
import type { ChannelLifecycle } from '../channel/channel-lifecycle.js';
import type { ChannelPasswords } from '../channel/channel-passwords.js';
import type { InProcessTransport } from '../media-port/in-process-transport.js';
import type { DomainDependencies } from './domain-dependencies.js';

/** What commands work on. */
export interface World {
  readonly dependencies: DomainDependencies;
  readonly registry: OrganizationRegistry;
  readonly directory: LiveDirectory;
  readonly publisher: StatePublisher;
  readonly plane: VoicePlanePort;
  readonly sessions: SessionLifecycle;
  readonly rights: LiveRights;
  readonly passwords: ChannelPasswords;
  readonly tokens: ResumeTokens;
  readonly revocations: Revocations;
  readonly recorder: SessionRecorder;
  readonly liveSessions: LiveSessions;
  readonly channels: ChannelLifecycle;
  readonly organizations: OrganizationLifecycle;
  readonly patches: Patches;
  readonly bans: Bans;
  /** Voice of participants inside the process. */
  readonly inProcess: InProcessTransport;
}
