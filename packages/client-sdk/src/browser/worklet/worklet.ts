import { registerProcessors } from './register-processors.js';
import type { WorkletScope } from './worklet-scope.js';

/** Entry of the bundle that a page adds to its audio worklet. */
registerProcessors(globalThis as unknown as WorkletScope);
