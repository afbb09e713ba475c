import type { CommandPort } from '../control/command-port.js';
import type { KeyIntake } from '../key/key-intake.js';
import type { VoiceSessionListener } from '../media/voice-session.js';
import type { SessionSurroundings } from './session-surroundings.js';

export interface VoiceListenerParts {
  readonly surroundings: SessionSurroundings;
  readonly commands: CommandPort;
  /** Asked later: the voice has this listener from its first moment. */
  readonly keys: () => KeyIntake;
  readonly rejected: (message: string) => void;
}

/** Asks the server what the voice of a session wants to have asked, and tells the app what it tells. */
export function voiceListener(parts: VoiceListenerParts): VoiceSessionListener {
  const { surroundings, commands, rejected } = parts;
  const { announce, hear, transmissions } = surroundings;
  return {
    keysWanted: (route) => fetchKeys(route, parts),
    report: (report) => commands.call('voice.report', report),
    requestDownlink: async (downlink) => {
      await commands.call('voice.setPath', { downlink });
    },
    heard: (frame) => {
      transmissions.frameHeard(frame.source);
      hear(frame);
    },
    uplinkChanged: (path) => announce('voicePathChanged', { direction: 'up', path }),
    downlinkChanged: (path) => announce('voicePathChanged', { direction: 'down', path }),
    pathFailed: (path, message) => announce('voicePathFailed', { path, message }),
    qualityChanged: (quality, previous) => announce('voiceQualityChanged', { quality, previous }),
    rejected,
  };
}

function fetchKeys(route: string, { commands, keys, rejected }: VoiceListenerParts): void {
  commands
    .call('keys.fetch', { route }, (answer) => {
      for (const routeKeys of answer.keys) keys().install(routeKeys);
    })
    .catch((error: unknown) => rejected(`"keys.fetch" failed: ${String(error)}`));
}
