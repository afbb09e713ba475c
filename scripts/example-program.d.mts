/**
 * The arguments by which Node runs a program of the examples: the built one under `npm test`, its sources otherwise.
 * @param source for instance `reference-server/src/main.ts`
 */
export function exampleProgram(source: string, env?: NodeJS.ProcessEnv): string[];
