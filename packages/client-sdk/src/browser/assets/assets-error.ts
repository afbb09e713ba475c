import type { VoiceError } from '@sidetone/protocol';
import { clientError, type ClientErrorCode } from '../../error/client-error.js';

/** A place from which a file was to be loaded, and why it was not. */
export interface FailedAttempt {
  readonly from: string;
  readonly cause: unknown;
}

const ADVICE = {
  worker: { option: 'workerUrl', file: 'worker.js', directive: 'worker-src' },
  worklet: { option: 'workletUrl', file: 'worklet.js', directive: 'script-src' },
} as const;

/** Browsers say next to nothing about such failures, so this says what they can come of. */
export function assetsError(
  kind: keyof typeof ADVICE,
  attempts: readonly FailedAttempt[],
): VoiceError<ClientErrorCode> {
  const { option, file, directive } = ADVICE[kind];
  const tried = attempts.map(({ from, cause }) => `from "${from}" (${reason(cause)})`);
  return clientError(
    'ERR_CLIENT_ASSETS',
    `the ${kind} could not be loaded ${tried.join(' nor ')}; serve "${file}" of @sidetone/client-sdk and name it ` +
      `with assets.${option}, and see that the Content-Security-Policy allows it: ${directive} 'self', ` +
      `script-src 'self' 'wasm-unsafe-eval'`,
    { cause: attempts.at(-1)?.cause, details: { tried: attempts.map(({ from }) => from) } },
  );
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
