import { WireError, type PatchEndReason } from '@sidetone/protocol';
import type { VoicePlanePort } from '../audio/voice-plane-port.js';
import type { CancelTimer, Clock } from '../contracts/clock.js';
import type { Hooks } from '../hook/hooks.js';
import type { Organization } from '../organization/organization.js';
import type { LiveRights } from '../session/live-rights.js';
import type { Session } from '../session/session.js';
import { MAX_PATCHES, type Patch } from './patch.js';
import { PatchPublisher } from './patch-publisher.js';

interface PatchesParts {
  readonly clock: Clock;
  readonly plane: Pick<VoicePlanePort, 'patched'>;
  readonly hooks: Pick<Hooks, 'tell'>;
  readonly rights: Pick<LiveRights, 'patched'>;
}

export interface PatchSeed {
  readonly id: string;
  readonly channels: readonly string[];
  /** `null`: until it is ended. */
  readonly durationMs: number | null;
  /** `null`: the embedding program. */
  readonly owner: Session | null;
  readonly createdBy: string;
}

/** Brings patches into being and ends them: book, voice plane, timers and events together. */
export class Patches {
  readonly publisher: PatchPublisher;
  readonly #parts: PatchesParts;
  readonly #expiries = new Map<string, CancelTimer>();

  constructor(parts: PatchesParts) {
    this.#parts = parts;
    this.publisher = new PatchPublisher(parts.hooks);
  }

  /** Throws `WireError` ALREADY_EXISTS for a net that is patched, LIMIT_EXCEEDED. */
  create(organization: Organization, seed: PatchSeed): Patch {
    const { id, channels, durationMs, owner, createdBy } = seed;
    const { clock, plane, rights } = this.#parts;
    this.#checkRoom(organization, channels);
    const patch: Patch = {
      id,
      organizationId: organization.id,
      channels,
      owner: owner?.id ?? null,
      createdBy,
      expiresAt: durationMs === null ? null : Math.round(clock.wallTime() + durationMs),
    };
    organization.patches.put(patch);
    if (durationMs !== null) {
      const expire = (): void => this.#endById(organization, id, 'expired');
      this.#expiries.set(id, clock.after(durationMs, expire));
    }
    // Who is heard is seen, and told of first.
    rights.patched(organization, channels);
    this.publisher.changed(organization, patch);
    plane.patched(channels);
    return patch;
  }

  /** What was heard over it alone is not forwarded any more when this returns. */
  end(organization: Organization, patch: Patch, reason: PatchEndReason): void {
    organization.patches.remove(patch.id);
    this.#expiries.get(patch.id)?.();
    this.#expiries.delete(patch.id);
    this.#parts.plane.patched(patch.channels);
    this.#parts.rights.patched(organization, patch.channels);
    this.publisher.ended(organization, patch, reason);
  }

  /** Called while the channel's route is still there, in the turn that deletes it. */
  channelGone(organization: Organization, channelId: string): void {
    const patch = organization.patches.of(channelId);
    if (patch === undefined) return;
    const channels = patch.channels.filter((id) => id !== channelId);
    if (channels.length < 2) return this.end(organization, patch, 'channelDeleted');
    this.#replace(organization, { ...patch, channels });
    this.#parts.plane.patched(patch.channels);
    this.#parts.rights.patched(organization, patch.channels);
  }

  /** The net has another stance, mode or limit: what holds on the patch may be another, too. */
  netChanged(organization: Organization, channelId: string): void {
    const patch = organization.patches.of(channelId);
    if (patch !== undefined) this.publisher.changed(organization, patch);
  }

  /** What it owns goes with it. */
  sessionEnded(organization: Organization, { id }: Session): void {
    for (const patch of this.#ownedBy(organization, id)) {
      this.end(organization, patch, 'ownerLeft');
    }
  }

  /** The user goes on in another session, and so does what they own. */
  passOn(organization: Organization, from: Session, to: Session): void {
    for (const patch of this.#ownedBy(organization, from.id)) {
      this.#replace(organization, { ...patch, owner: to.id });
    }
  }

  /** Rights of the session have changed, and it has been told what it may see now. */
  rightsChanged(organization: Organization, session: Session): void {
    for (const patch of this.#ownedBy(organization, session.id)) {
      const mayPatch = patch.channels.every((channelId) =>
        session.access.allows('PATCH', { channelId }),
      );
      if (!mayPatch) this.end(organization, patch, 'revoked');
    }
    this.publisher.sightChanged(organization, session);
  }

  /** Stops timers. */
  close(): void {
    for (const cancel of this.#expiries.values()) cancel();
    this.#expiries.clear();
  }

  #replace(organization: Organization, patch: Patch): void {
    organization.patches.put(patch);
    this.publisher.changed(organization, patch);
  }

  #ownedBy(organization: Organization, sessionId: string): readonly Patch[] {
    return organization.patches.all().filter(({ owner }) => owner === sessionId);
  }

  #endById(organization: Organization, id: string, reason: PatchEndReason): void {
    const patch = organization.patches.get(id);
    if (patch !== undefined) this.end(organization, patch, reason);
  }

  #checkRoom({ patches, tree }: Organization, channels: readonly string[]): void {
    const taken = channels.find((id) => patches.of(id) !== undefined);
    if (taken !== undefined) {
      const name = tree.get(taken)?.name ?? taken;
      throw new WireError('ALREADY_EXISTS', `"${name}" is patched already; end that patch first`, {
        details: { channel: taken },
      });
    }
    if (patches.size >= MAX_PATCHES) {
      throw new WireError('LIMIT_EXCEEDED', `an organization has at most ${MAX_PATCHES} patches`, {
        details: { patches: MAX_PATCHES },
      });
    }
  }
}
