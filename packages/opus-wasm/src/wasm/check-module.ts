import { codecError } from '../codec-error.js';
import type { Binary } from './binary.js';

const IMPORTS = 'a.a:function a.b:function a.c:function a.d:function a.e:function a.f:function';
const EXPORTS =
  'g:memory h:function i:function j:function k:function l:function m:function n:function ' +
  'o:function p:function q:function r:table';

/** Throws `ERR_CODEC_WASM` for a module whose imports or exports are not those expected. */
export function checkModule(module: WebAssembly.Module, binary: Binary): void {
  const imports = WebAssembly.Module.imports(module)
    .map((each) => `${each.module}.${each.name}:${each.kind}`)
    .sort();
  const exports = WebAssembly.Module.exports(module)
    .map((each) => `${each.name}:${each.kind}`)
    .sort();
  if (imports.join(' ') === IMPORTS && exports.join(' ') === EXPORTS) return;
  throw shapeError(binary, { imports, exports });
}

/** Letters alone do not tell the decoder from the encoder; how many parameters they take does. */
export function checkExports(exports: WebAssembly.Exports, binary: Binary): void {
  for (const [letter, count] of Object.entries(binary.parameters)) {
    const exported = exports[letter];
    if (typeof exported === 'function' && exported.length === count) continue;
    throw shapeError(binary, { export: letter, parameters: count });
  }
}

function shapeError(binary: Binary, details: Readonly<Record<string, unknown>>): Error {
  return codecError(
    'ERR_CODEC_WASM',
    `this module is not the Opus ${binary.name} "${binary.file}": its imports and exports are others; ` +
      'give exactly that file of opus-encdec 0.1.1',
    { details },
  );
}
