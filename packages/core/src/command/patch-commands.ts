import { WireError } from '@sidetone/protocol';
import { DEFAULT_PATCH_MS, type Patch } from '../patch/patch.js';
import { patchView } from '../patch/patch-publisher.js';
import {
  requirePermission,
  visibleChannel,
  type CommandContext,
  type Commands,
} from './command.js';

type PatchCommands = Pick<Commands, 'patch.create' | 'patch.end'>;

/** Joins nets for a while. Nothing of it is kept: a restart ends all patches. */
export const patchCommands: PatchCommands = {
  'patch.create': {
    // Joining and parting nets of hundreds is the most that one command asks of the server.
    cost: 5,
    audited: true,
    run(context, { channels, durationMs = DEFAULT_PATCH_MS }) {
      const { world, organization, session, actor } = context;
      for (const channelId of channels) visibleChannel(context, channelId);
      for (const channelId of channels) requirePermission(context, 'PATCH', { channelId });
      if (durationMs === null && session !== null) {
        throw new WireError('INVALID_PARAMS', 'a patch of a participant lasts 24 hours at most', {
          details: { path: '/durationMs' },
        });
      }
      const id = context.newId();
      const program = actor.kind === 'program' ? actor.name : 'program';
      const createdBy = session?.identity.displayName ?? program;
      const seed = { id, channels: [...channels], durationMs, owner: session, createdBy };
      // It sees all nets of what it has just made, and itself.
      return { patch: patchView(organization, world.patches.create(organization, seed)) };
    },
  },

  'patch.end': {
    cost: 5,
    audited: true,
    run(context, { patch: id }) {
      const { world, organization, session } = context;
      const patch = visiblePatch(context, id);
      if (patch.owner === null || patch.owner !== session?.id) {
        for (const channelId of patch.channels) requirePermission(context, 'PATCH', { channelId });
      }
      world.patches.end(organization, patch, 'ended');
      return {};
    },
  },
};

/** The patch, or NOT_FOUND: alike for one that is not there and one of which no net may be seen. */
function visiblePatch({ organization, session }: CommandContext, id: string): Patch {
  const patch = organization.patches.get(id);
  const seen = (channelId: string): boolean => session?.seenChannels.has(channelId) ?? true;
  if (patch?.channels.some(seen) === true) return patch;
  throw new WireError('NOT_FOUND', `there is no patch "${id}"`);
}
