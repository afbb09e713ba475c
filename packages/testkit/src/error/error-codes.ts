import { VoiceError, type VoiceErrorOptions } from '@sidetone/protocol';

/** Every code that the test tools throw, with what it means; the audio tools have their own table. */
export const testkitErrorCodes = {
  ERR_TESTKIT_OPTION: 'An option of a test tool is out of its range.',
  ERR_TESTKIT_CLOCK_BUSY: 'The fake clock was told to advance while it was advancing.',
  ERR_TESTKIT_CLOCK_STUCK: 'Timers of the fake clock went on firing without time passing.',
  ERR_TESTKIT_WAIT_TIMEOUT: 'What a test waited for did not come; the message says what was seen.',
  ERR_TESTKIT_CLOSED: 'A test tool was used after its close.',
  ERR_TESTKIT_NOT_STRUCK: 'A fault that the test counts on did not happen.',
  ERR_TESTKIT_NO_FLOW: 'No client has sent anything through the impairment yet.',
  ERR_TESTKIT_POSTGRES: 'No PostgreSQL could be started for tests; the message says why.',
  ERR_TESTKIT_MOUNT: 'A plugin did something that its stand-in server cannot answer.',
} as const;

export type TestkitErrorCode = keyof typeof testkitErrorCodes;

export function testkitError(
  code: TestkitErrorCode,
  message: string,
  options: VoiceErrorOptions = {},
): VoiceError<TestkitErrorCode> {
  return new VoiceError(code, message, options);
}

export function optionError(
  name: string,
  value: unknown,
  advice: string,
): VoiceError<TestkitErrorCode> {
  return testkitError('ERR_TESTKIT_OPTION', `"${String(value)}" is no valid ${name}: ${advice}`, {
    details: { option: name, value },
  });
}
