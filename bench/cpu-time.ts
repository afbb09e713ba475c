import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of all threads of a process so far, in microseconds, from the scheduler's own count. */
export function cpuMicros(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  let nanoseconds = 0;
  for (const task of readdirSync(tasks)) {
    nanoseconds += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanoseconds / 1000;
}
