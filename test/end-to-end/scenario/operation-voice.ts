import { isDeepStrictEqual } from 'node:util';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import type { Crew } from '../support/crew.js';
import type { EndedTransmission } from '../support/role-calls.js';

/** Enough to notice that somebody goes on. */
const SOME_FRAMES = 10;
const MANY_FRAMES = 20;
/** The end of a talkspurt is sent three times. */
export const REPEATED_ENDS = 2;
const PATIENCE_MS = 10_000;

/** Resolves when the listener hears the talker. */
export async function hearing(
  crew: Crew,
  listener: string,
  talker: string,
  frames: number = SOME_FRAMES,
): Promise<void> {
  await waitFor(async () => (await crew.heardBy(listener, talker)) >= frames, {
    describe: () => `${listener} hears less than ${frames} frames of ${talker}`,
  });
}

/**
 * Says something anew, which exactly these hear: by listener, the net by which it comes. Each frame
 * goes to each of them once; a client would not tell its app of another copy.
 */
export async function expectTalk(
  crew: Crew,
  talker: string,
  net: string,
  listeners: Readonly<Record<string, string>>,
): Promise<void> {
  await crew.turnPage();
  const before = await crew.metric('voice.forwarded');
  const frames = SOME_FRAMES;
  expect(await crew.say(talker, { channels: [net], frames })).to.equal('done');
  await expectHeard(crew, talker, listeners, frames);
  const copies = Object.keys(listeners).length * (frames + REPEATED_ENDS);
  await eventually(async () => (await crew.metric('voice.forwarded')) - before, copies);
}

/** These have heard so many frames of the talker, each by that net, and nobody else any. */
export async function expectHeard(
  crew: Crew,
  talker: string,
  listeners: Readonly<Record<string, string>>,
  frames: number,
): Promise<void> {
  const expected = Object.entries(listeners).map(([name, by]) => [name, `${frames} on ${by}`]);
  await eventually(() => crew.heard(talker, frames), Object.fromEntries(expected));
}

/** Asks until the answer is this one, and then once more: whatever should not come, would have. */
export async function eventually<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  let answer = await ask();
  const deadline = performance.now() + PATIENCE_MS;
  while (!isDeepStrictEqual(answer, expected) && performance.now() < deadline) answer = await ask();
  expect(answer).to.deep.equal(expected);
  expect(await ask()).to.deep.equal(expected);
}

/** How the server ended the last transmission of somebody. */
export async function lastEnd(
  crew: Crew,
  talker: string,
  reason: string,
): Promise<EndedTransmission> {
  const session = crew.session(talker);
  const ended = (await crew.server.call('endedTransmissions')).filter(
    (each) => each.session === session,
  );
  expect(ended.at(-1)?.reason).to.equal(reason);
  return ended.at(-1) as EndedTransmission;
}

/**
 * The server has ended what somebody says, who goes on saying it: from then on it has forwarded
 * nothing, of anybody, and the listeners have what came before. Ends with a hush.
 */
export async function expectCutOff(
  crew: Crew,
  talker: string,
  reason: string,
  listeners: Readonly<Record<string, string>>,
): Promise<void> {
  const { frames, forwarded } = await lastEnd(crew, talker, reason);
  const dropped = await crew.framesDropped();
  await waitFor(async () => (await crew.framesDropped()) >= dropped + MANY_FRAMES, {
    describe: () => `${talker} does not go on`,
  });
  expect(await crew.metric('voice.forwarded'), 'frames forwarded').to.equal(forwarded);
  await expectHeard(crew, talker, listeners, frames);
  await crew.hush(talker);
}

/** The same of all of them. */
export function allOn(words: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, words]));
}
