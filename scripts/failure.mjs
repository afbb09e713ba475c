import { say } from './say.mjs';

/** A failure whose message is all that a person needs: no stack is shown. */
export class Failure extends Error {}

/**
 * Runs a script's main function and turns what it throws into one line and exit code 1.
 * @param {() => Promise<number | void>} main answers the exit code; nothing means 0
 */
export async function runScript(main) {
  try {
    const code = await main();
    if (code) process.exitCode = code;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
