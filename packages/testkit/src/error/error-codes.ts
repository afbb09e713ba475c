import { VoiceError } from '@sidetone/protocol';

/** Every code that the test tools throw, with what it means; the audio tools have their own table. */
export const testkitErrorCodes = {
  ERR_TESTKIT_OPTION: 'An option of a test tool is out of its range.',
  ERR_TESTKIT_CLOCK_BUSY: 'The fake clock was told to advance while it was advancing.',
  ERR_TESTKIT_CLOCK_STUCK: 'Timers of the fake clock went on firing without time passing.',
} as const;

export type TestkitErrorCode = keyof typeof testkitErrorCodes;

export function testkitError(
  code: TestkitErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): VoiceError<TestkitErrorCode> {
  return new VoiceError(code, message, { details });
}
