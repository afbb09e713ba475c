import { isVoiceError, WireError } from '@sidetone/protocol';
import { requireSession, type CommandContext, type Commands } from './command.js';

const MAX_DOCUMENT_BYTES = 64 * 1024;

/** The document that a user's clients keep on the server. */
export const settingsCommands: Pick<Commands, 'settings.get' | 'settings.put'> = {
  'settings.get': {
    cost: 1,
    audited: false,
    async run(context) {
      const userId = requireAccount(context);
      const kept = await context.world.dependencies.settingsStore.get(userId);
      if (kept === null) return { document: {}, version: 0 };
      const document = JSON.parse(kept.document) as Record<string, unknown>;
      return { document, version: kept.version };
    },
  },

  'settings.put': {
    cost: 2,
    audited: false,
    async run(context, { document: given, version }) {
      const userId = requireAccount(context);
      const document = JSON.stringify(given);
      if (Buffer.byteLength(document) > MAX_DOCUMENT_BYTES) {
        throw new WireError('LIMIT_EXCEEDED', 'the document has more than 64 KiB as JSON', {
          details: { documentBytes: MAX_DOCUMENT_BYTES },
        });
      }
      const { settingsStore } = context.world.dependencies;
      try {
        return { version: await settingsStore.put({ userId, document, version }) };
      } catch (error) {
        if (isVoiceError(error) && error.code === 'ERR_STORE_REFERENCE') throw withoutAccount();
        throw error;
      }
    },
  },
};

function requireAccount(context: CommandContext): string {
  const { identity } = requireSession(context);
  if (!identity.guest) return identity.userId;
  throw withoutAccount();
}

function withoutAccount(): WireError {
  return new WireError('ACCESS_DENIED', 'settings are kept for users with an account');
}
