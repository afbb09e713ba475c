// Tests in TypeScript import these two: their types are in browser.d.mts.
export { findBrowser } from './find-browser.mjs';
export { findOrInstallBrowser } from './install-browser.mjs';
