/** The oldest Node that runs Sidetone; the same as `engines` in package.json. */
export const OLDEST_NODE = '20.19.0';

/**
 * One line that says what is wrong with a Node version, or null when it will do.
 * @param {string} version as in `process.versions.node`
 * @returns {string | null}
 */
export function nodeVersionProblem(version) {
  const have = version.split('.').map(Number);
  for (const [part, want] of OLDEST_NODE.split('.').map(Number).entries()) {
    const number = have[part] ?? 0;
    if (number > want) return null;
    if (number < want) {
      return `Sidetone needs Node ${OLDEST_NODE} or newer, and this is Node ${version}: install a current one from https://nodejs.org or with your version manager.`;
    }
  }
  return null;
}
