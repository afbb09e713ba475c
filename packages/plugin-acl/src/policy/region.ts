import type { Directory } from '@sidetone/core';

/**
 * The channel and those below it whose permissions hang on what stands there: sealed channels, and
 * what is below them, do not.
 */
export function regionBelow(
  directory: Pick<Directory, 'channel' | 'channels'>,
  { organizationId, channelId }: { readonly organizationId: string; readonly channelId: string },
  sealed: ReadonlySet<string>,
): Set<string> {
  const region = new Set([channelId]);
  const outside = new Set<string>();
  for (const { id } of directory.channels(organizationId)) {
    const path: string[] = [];
    let at: string | null = id;
    while (at !== null && !region.has(at) && !outside.has(at) && !sealed.has(at)) {
      path.push(at);
      at = directory.channel(at)?.parentId ?? null;
    }
    const found = at !== null && region.has(at) ? region : outside;
    for (const passed of path) found.add(passed);
  }
  return region;
}
