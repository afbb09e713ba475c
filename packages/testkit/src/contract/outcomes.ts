import { isVoiceError } from '@sidetone/protocol';

/** Who of those that came at the same time got through, and with which codes the others did not. */
export async function outcomesOf<T>(
  rivals: readonly T[],
  attempt: (rival: T) => Promise<unknown>,
): Promise<{ readonly won: readonly T[]; readonly codes: readonly string[] }> {
  const results = await Promise.allSettled(rivals.map(attempt));
  const codes: string[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    const reason: unknown = result.reason;
    codes.push(isVoiceError(reason) ? reason.code : String(reason));
  }
  return { won: rivals.filter((_, at) => results[at]?.status === 'fulfilled'), codes };
}
