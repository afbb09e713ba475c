import { WireError, type PriorityClass } from '@sidetone/protocol';
import type { ControlPeer } from '../contracts/control-transport.js';
import type { Identity } from '../contracts/authenticator.js';
import type { ResumableSession } from '../contracts/resume-token-store.js';
import type { World } from '../domain/world.js';
import { errorMessage } from '../error/error-message.js';
import type { Organization } from '../organization/organization.js';
import { hashResumeToken } from '../session/resume-tokens.js';
import { REFRESH_MS } from '../session/session-recorder.js';
import type { Session } from '../session/session.js';
import { withoutStoreFailure } from '../command/store-failure.js';
import { admitTo } from './admittance.js';
import { loadAccess, type SignIn } from './authentication.js';

/** Opens a session that waits for its client. Throws `WireError`. */
export type OpenRestored = (signedIn: SignIn, peer: ControlPeer) => Session;

/**
 * Brings sessions of before a restart back to where a resume finds them: under their old ids, with
 * what their users may still do.
 */
export class SessionRestorer {
  readonly #world: World;
  readonly #open: OpenRestored;
  readonly #untilMs: number;
  /** By the hash of the token. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(world: World, open: OpenRestored) {
    this.#world = world;
    this.#open = open;
    const { clock, options } = world.dependencies;
    // All that an earlier process has written runs out until then.
    this.#untilMs = clock.now() + 2 * REFRESH_MS + options.resumeTimeoutMs;
  }

  /** Whether there may be anything to wait for; false for the tokens of this process. */
  mayKnow(token: string): boolean {
    const { tokens, dependencies } = this.#world;
    if (this.#underWay.has(hashResumeToken(token))) return true;
    return dependencies.clock.now() < this.#untilMs && !tokens.knows(token);
  }

  /** Throws `WireError`: UNAVAILABLE, BANNED, or what guards say. */
  async restore(token: string, peer: ControlPeer): Promise<void> {
    const hash = hashResumeToken(token);
    const before = this.#underWay.get(hash);
    if (before) return before;
    const restoring = this.#restore(hash, peer).catch((thrown: unknown) => {
      const error = withoutStoreFailure(thrown);
      // Who may not come in any more has no session here.
      if (!(error instanceof WireError) || error.code !== 'NOT_FOUND') throw error;
    });
    this.#underWay.set(hash, restoring);
    await restoring.finally(() => this.#underWay.delete(hash));
  }

  async #restore(hash: string, peer: ControlPeer): Promise<void> {
    const { dependencies, registry, tokens, revocations, recorder } = this.#world;
    const record = await dependencies.resumeTokenStore.findByToken(hash);
    if (record === null || record.expiresAt <= dependencies.clock.wallTime()) return;
    const identity = await this.#identityOf(record);
    const organization = registry.find(record.organizationId);
    if (identity === null || organization?.id !== record.organizationId) return;
    const wanted = { name: organization.id, identity, remoteAddress: peer.remoteAddress };
    const admitted = await admitTo(dependencies, registry, wanted);
    const signedIn = await loadAccess(dependencies, admitted, record.sessionId);
    if (revocations.happened(identity.userId, 0)) return;
    // Two tokens may lead to one session while an answer is unconfirmed.
    if (registry.session(record.sessionId) || recorder.hasEnded(record.sessionId)) return;
    const session = this.#open(signedIn, peer);
    tokens.restore(session.id, { instance: record.instance, hashes: record.tokenHashes });
    this.#restoreState(organization, session, record);
    recorder.changed(session);
    await this.#restoreTargets(session, record);
  }

  /** Who they are by now; `null`: nobody who may come back. */
  async #identityOf({ identity }: ResumableSession): Promise<Identity | null> {
    if (identity.guest) return identity;
    const account = await this.#world.dependencies.accountStore.get(identity.userId);
    // Users of an app that signs them in with tokens of its own have none.
    if (account === null) return identity;
    return account.disabled ? null : { ...identity, administrator: account.administrator };
  }

  #restoreState(organization: Organization, session: Session, record: ResumableSession): void {
    const { plane, publisher, sessions } = this.#world;
    if (record.muted || record.deafened) {
      session.muted = record.muted;
      session.deafened = record.deafened;
      plane.changed({ sessionId: session.id });
      publisher.participantChanged(organization, session);
    }
    for (const { channelId, ...flags } of record.memberships) {
      const channel = organization.tree.get(channelId);
      if (!channel || !session.seenChannels.has(channelId)) continue;
      if (flags.brought !== true && !session.access.allows('JOIN', { channelId })) continue;
      sessions.join(organization, session, channel, flags);
    }
  }

  /** Their client learns from the answer which of them there are. */
  async #restoreTargets(session: Session, { targets }: ResumableSession): Promise<void> {
    const { plane, dependencies } = this.#world;
    for (const { id, source, spec, priority } of targets) {
      const talk = { id, sourceName: source, target: spec, priority: priority as PriorityClass };
      await plane.register(session.id, talk).catch((error: unknown) => {
        const cause = errorMessage(error);
        dependencies.log.debug('a talk target did not come back', { sessionId: session.id, cause });
      });
    }
  }
}
