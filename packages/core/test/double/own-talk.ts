import type { VoiceMember } from './voice-world.js';

/** Why the transmissions of the member itself have ended. */
export function endsOf({ id, outlet }: VoiceMember): string[] {
  const own = new Set(
    outlet
      .signals('transmissionStarted')
      .filter(({ source }) => source.session === id)
      .map((transmission) => transmission.id),
  );
  return outlet
    .signals('transmissionEnded')
    .filter((ended) => own.has(ended.id))
    .map(({ reason }) => reason);
}

/** What the member was refused with, and who had the floor. */
export function refusalsOf({ outlet }: VoiceMember): [code: string, holder: string | undefined][] {
  return outlet.signals('transmissionRefused').map(({ code, holder }) => [code, holder]);
}
