/** What the browser is told to load instead of a file: the same code, out of a string. */
export const INLINED = 'the inlined copy';

/**
 * Lets the browser load this code by a URL, for as long as `load` takes. Throws for empty code,
 * which sources have instead of a copy.
 */
export async function withInlinedUrl<T>(
  code: string,
  load: (url: string) => Promise<T>,
): Promise<T> {
  if (code === '') throw new Error('this build has none');
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  try {
    return await load(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
