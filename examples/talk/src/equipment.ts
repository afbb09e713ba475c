import type { Departure } from './departure.js';
import { openRecording, type Recording } from './recording.js';
import type { Settings } from './settings.js';
import type { SoundProgram } from './sound-program.js';
import { findSpeaker, NO_SPEAKER } from './speaker.js';
import { openSpeech, type Speech } from './speech.js';
import { TalkFailure } from './talk-failure.js';

/** What a participant talks and listens with. */
export interface Equipment {
  readonly speech: Speech | null;
  readonly recording: Recording | null;
  readonly speaker: SoundProgram | null;
}

/** Throws a `TalkFailure` for what cannot be had, before anybody is connected. */
export async function openEquipment(settings: Settings, departure: Departure): Promise<Equipment> {
  const speech = settings.speech && (await openSpeech(settings.speech, departure.signal));
  const speaker = settings.speaker === 'no' ? null : findSpeaker(process.env['PATH']);
  if (settings.speaker === 'required' && speaker === null) throw new TalkFailure(NO_SPEAKER);
  // Last, because it makes an empty file of what is there.
  const recording =
    settings.recording &&
    (await openRecording(settings.recording, {
      abandoned: () => departure.leave(),
      failed: (error) => departure.fail(error),
    }));
  return { speech, recording, speaker };
}
