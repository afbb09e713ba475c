/**
 * The path of an installed Chrome, Chromium or Edge; `SIDETONE_BROWSER` names another one. Throws with the line that
 * installs one.
 */
export function findBrowser(): string;

/** Finds a browser or installs one; a failure is told on stderr and not thrown. */
export function findOrInstallBrowser(): Promise<void>;
