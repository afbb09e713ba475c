import { exportAll, gatherStores } from '@sidetone/core';
import { defineCommand, type Command } from './command.js';

export const exportCommand: Command = defineCommand({
  name: 'export',
  summary: 'write all that is kept as JSON lines, password hashes included',
  fields: {},
  async run({ server, output }) {
    let lines = 0;
    for await (const line of exportAll(gatherStores(server))) {
      await output(line);
      lines += 1;
    }
    // The first line is a header, and the last one says how many there were.
    return { records: lines - 2 };
  },
  show: ({ records }: { records: number }) => `${records} records.`,
});
