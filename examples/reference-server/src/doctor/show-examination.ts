import type { Check, Examination } from './check.js';

const marks: Readonly<Record<Check['verdict'], string>> = {
  good: 'good    ',
  warning: 'WARNING ',
  failed: 'FAILED  ',
  unknown: 'unknown ',
};

export function showExamination({ checks }: Examination): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, verdict, found, advice }) => [
    `${marks[verdict]} ${name.padEnd(width)}  ${found}`,
    ...(advice === undefined ? [] : [`${' '.repeat(width + 11)}-> ${advice}`]),
  ]);
  const failures = checks.filter(({ verdict }) => verdict === 'failed').length;
  const end = failures === 0 ? 'Nothing stands in the way.' : `${failures} to be mended.`;
  return [...lines, end].join('\n');
}
