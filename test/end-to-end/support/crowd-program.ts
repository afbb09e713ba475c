// Very many light clients in one process, so that it is the server that has work.
import { fullJitter } from '@sidetone/client-sdk';
import { answerCalls } from './child-program.js';
import { CrowdMember, type CrowdOutage } from './crowd-member.js';

/** So many sign in at once: the gathering is no part of any test. */
const AT_ONCE = 16;

const members: CrowdMember[] = [];

export interface CrowdReport {
  /** The last outage of each. */
  readonly outages: readonly CrowdOutage[];
  readonly misnumbered: number;
}

const calls = {
  async gather(what: {
    readonly url: string;
    readonly count: number;
    readonly channels: readonly string[];
  }): Promise<void> {
    const { url, count, channels } = what;
    let next = 0;
    const bring = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) {
        const name = `Crowd ${index + 1}`;
        const channel = channels[index % channels.length] ?? '';
        const member = new CrowdMember({ url, name, channel, policy: fullJitter() });
        members.push(member);
        await member.connect();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, bring));
  },
  /** Of this process so far. */
  cpuSeconds(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  /** Everybody's connection at one moment. */
  cut(): void {
    for (const member of members) member.cut();
  },
  away: (): number => members.filter(({ outages }) => outages.at(-1)?.backAt === null).length,
  report: (): CrowdReport => ({
    outages: members.flatMap(({ outages }) => outages.at(-1) ?? []),
    misnumbered: members.reduce((sum, { misnumbered }) => sum + misnumbered, 0),
  }),
  async close(): Promise<void> {
    await Promise.all(members.map((member) => member.close()));
  },
};

export type CrowdCalls = typeof calls;

answerCalls(calls);
