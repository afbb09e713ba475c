import { isVoiceError } from '@sidetone/protocol';
import type { Clock } from '../../clock/clock.js';
import type { AudioPage } from '../audio/audio-page.js';
import { AudioRun } from '../audio/audio-run.js';
import { Capture } from '../audio/capture.js';
import { microphoneError, silentError } from '../audio/microphone-error.js';
import { resolveMicrophoneOptions } from '../audio/microphone-options.js';
import type { MicrophoneFindings, PreflightCheck } from './preflight-report.js';

export interface MicrophoneCheckParts {
  readonly page: AudioPage;
  readonly clock: Clock;
}

/** Even a quiet room is louder than this; a microphone that is switched off is not. */
const SILENCE_DB = -80;
const LISTEN_MS = 2_000;
const LOOK_EVERY_MS = 50;
const LOOK_SAMPLES = 2_048;

/** Opens the microphone, asking the user if need be, and listens until it is not silent. */
export async function checkMicrophone(
  deviceId: string | null,
  { page, clock }: MicrophoneCheckParts,
): Promise<PreflightCheck<MicrophoneFindings>> {
  // A quiet room is to be heard as it is.
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  let capture: Capture | null = null;
  let run: AudioRun | null = null;
  try {
    capture = await Capture.open(page, resolveMicrophoneOptions(raw, deviceId));
    // At the rate of the system, to which every device can be connected.
    run = new AudioRun(page.createContext({ latencyHint: 'interactive' }), clock);
    run.resume();
    await run.running();
    const levelDb = await listen(capture, run.context, clock);
    if (levelDb <= SILENCE_DB) throw silentError(LISTEN_MS / 1_000);
    return { ok: true, device: capture.device, levelDb };
  } catch (cause) {
    const error = isVoiceError(cause) ? cause : await microphoneError(cause, page, deviceId);
    return { ok: false, error };
  } finally {
    capture?.release();
    await run?.close();
  }
}

/** The loudest level until it is above silence, or for two seconds. */
async function listen(capture: Capture, context: AudioContext, clock: Clock): Promise<number> {
  const analyser = context.createAnalyser();
  analyser.fftSize = LOOK_SAMPLES;
  // Some browsers do not run a node that leads nowhere.
  const nobody = context.createGain();
  nobody.gain.value = 0;
  analyser.connect(nobody).connect(context.destination);
  const wiring = await capture.prepare({ context, microphone: analyser });
  wiring.connect();
  const samples = new Float32Array(LOOK_SAMPLES);
  let levelDb = -Infinity;
  for (let waitedMs = 0; waitedMs < LISTEN_MS && levelDb <= SILENCE_DB; waitedMs += LOOK_EVERY_MS) {
    await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
    analyser.getFloatTimeDomainData(samples);
    levelDb = Math.max(levelDb, rmsDb(samples));
  }
  return levelDb;
}

function rmsDb(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / samples.length);
}
