// Imported first by every script. Nothing here or in the modules beside it may use syntax or
// built-in exports newer than Node 14, or an old Node would answer with a SyntaxError instead.
import { nodeVersionProblem } from './node-version.mjs';

const problem = nodeVersionProblem(process.versions.node);
if (problem !== null) {
  console.error(problem);
  process.exit(1);
}
