import { isVoiceError } from '@sidetone/protocol';
import { expect } from 'chai';

/** Runs `action`, which has to throw a `VoiceError` of that code, and returns its message. */
export function expectVoiceError(code: string, action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!isVoiceError(error)) throw error;
    expect(error.code).to.equal(code);
    return error.message;
  }
  throw new Error(`nothing was thrown where "${code}" was expected`);
}
