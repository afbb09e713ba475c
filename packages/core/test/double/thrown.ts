import { isVoiceError, type VoiceError } from '@sidetone/protocol';

/** What `run` throws or rejects with; a run that succeeds fails the test. */
export async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('expected a failure, but it succeeded');
}

export async function voiceErrorOf(run: () => unknown): Promise<VoiceError> {
  const error = await thrownBy(run);
  if (isVoiceError(error)) return error;
  throw new Error('expected a VoiceError', { cause: error });
}
