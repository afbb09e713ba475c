import { format, resolveConfig } from 'prettier';
import { join } from 'node:path';
import { configurationPage } from './configuration-page.js';
import { controlMessagesPage } from './control-messages-page.js';
import { controlSchema } from './control-schema.js';
import { errorsPage } from './errors-page.js';
import { repository } from './repository.js';
import { wireErrorsPage } from './wire-errors-page.js';

/** Every generated page by its path in the repository, as `npm run docs` writes it. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>([
    ['docs/reference/configuration.md', configurationPage()],
    ['docs/reference/control-messages.md', controlMessagesPage()],
    ['docs/reference/control.schema.json', JSON.stringify(controlSchema())],
    ['docs/reference/wire-errors.md', wireErrorsPage()],
    ['docs/reference/errors.md', await errorsPage()],
  ]);
  for (const [path, text] of pages) pages.set(path, await formatted(path, text));
  return pages;
}

async function formatted(path: string, text: string): Promise<string> {
  const filepath = join(repository, path);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}
