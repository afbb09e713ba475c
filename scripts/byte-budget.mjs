import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';

/**
 * @typedef {object} LoadedFile
 * @property {string} name
 * @property {string} what
 * @property {string} code as it would be served, minified
 * @property {number} [limit] most bytes that it may have after gzip
 */

/**
 * What pages load, in lines for people, and which of the files are too large.
 * @param {readonly LoadedFile[]} files
 */
export function weigh(files) {
  const weighed = files.map((file) => ({
    ...file,
    bytes: Buffer.byteLength(file.code),
    gzip: gzipSync(file.code, { level: 9 }).length,
  }));
  const lines = weighed.map(({ name, what, bytes, gzip, limit }) => {
    const bound = limit === undefined ? '' : ` of ${kilobytes(limit)} kB`;
    return `  ${name.padEnd(12)} ${kilobytes(bytes).padStart(6)} kB, gzip ${kilobytes(gzip)} kB${bound}: ${what}`;
  });
  const over = weighed.filter(({ gzip, limit }) => limit !== undefined && gzip > limit);
  return { lines, over: over.map(({ name }) => name) };
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return (bytes / 1_000).toFixed(1);
}
