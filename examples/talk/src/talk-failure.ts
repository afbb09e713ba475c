import { isVoiceError } from '@sidetone/protocol';

/** 2: an argument cannot be used, so nothing was begun. 1: it did not work out. */
export type FailureCode = 1 | 2;

/** A failure whose message is all that a person needs. */
export class TalkFailure extends Error {
  readonly exitCode: FailureCode;

  constructor(message: string, exitCode: FailureCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** One line for whoever started the program, free of control characters wherever it comes from. */
export function explainFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = isVoiceError(error) && !error.code.startsWith('ERR_') ? ` (${error.code})` : '';
  return printable(message) + code;
}

/** Text of others on one line: what could move the cursor or turn the direction around is gone. */
export function printable(text: string): string {
  return text
    .replace(/[\n\r\t\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}
