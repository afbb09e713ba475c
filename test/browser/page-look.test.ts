import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { MicrophoneFiles } from './support/microphone-file.js';
import { NodeTalker } from './support/node-talker.js';
import { PageServer } from './support/page-server.js';
import { PageVisitor } from './support/page-visitor.js';

const SIZES = [
  { name: 'desktop', width: 1280, height: 800 },
  { name: 'phone', width: 390, height: 844 },
] as const;
const SCHEMES = ['dark', 'light'] as const;
/** Not in the repository: they are looked at, not compared. */
const PICTURES = fileURLToPath(new URL('../../screenshots/', import.meta.url));

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact?: string | null;
    readonly nodes: readonly { readonly target: readonly unknown[] }[];
  }[];
}

describe('The page, to the eye and to assistive programs', function () {
  this.timeout(180_000);

  const files = new MicrophoneFiles();
  let server: PageServer;
  let visitor: PageVisitor;
  let talker: NodeTalker;
  let axe: string;

  before(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await mkdir(PICTURES, { recursive: true });
    server = await PageServer.start();
    const { path } = await files.speech('alpha');
    visitor = await PageVisitor.open(server.url, 'Kestrel', {
      microphone: path,
    });
    talker = await NodeTalker.enter(server.url, 'Ann', 'Command');
  });

  after(async () => {
    await visitor?.close();
    await talker?.close();
    await server?.stop();
    await files.remove();
  });

  /** In each size and colour scheme: a picture, what axe finds, and nothing wider than the screen. */
  async function examine(view: string): Promise<void> {
    const { page } = visitor;
    for (const { name, width, height } of SIZES) {
      for (const colorScheme of SCHEMES) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await page.evaluate(() => window.scrollTo(0, 0));
        // Colours of the other scheme fade.
        await page.waitForFunction(() => document.getAnimations().length === 0);
        await page.screenshot({ path: `${PICTURES}${view}-${name}-${colorScheme}.png` });
        const { violations } = await visitor.evaluateScript<AxeResults>(`${axe}; axe.run()`);
        const serious = violations.filter(({ impact }) => /serious|critical/.test(impact ?? ''));
        expect(
          serious.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes[0]?.target)}`),
        ).to.deep.equal([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow, `${view} ${name} scrolls sideways`).to.equal(0);
      }
    }
  }

  it('is good before one comes in', async () => {
    await examine('entrance');
  });

  it('is good with nets and talkers', async () => {
    await visitor.enterWithSound();
    for (const channel of ['Command', 'Flight', 'Ground']) await visitor.join(channel);
    const silence = new AbortController();
    const talking = talker.talk('Command', 'charlie', silence.signal);
    await visitor.shows('[data-channel="Command"] .now-names', /Ann/);
    await visitor.page.keyboard.down('Digit2');
    await visitor.shows('#on-air', /ON AIR\s+Flight/);
    await visitor.strip('Command').locator('summary').click();
    await examine('nets');
    await visitor.page.keyboard.up('Digit2');
    silence.abort();
    await talking;
  });

  it('can be used without a mouse: every control is reached, and seen when it has the focus', async () => {
    const { page } = visitor;
    await page.setViewportSize(SIZES[0]);
    const controls = await page
      .locator('button:visible:enabled, select:visible, summary:visible')
      .count();
    const reached = new Set<string>();
    for (let step = 0; step < 120; step += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        // Its name may be another one meanwhile.
        const key = `${element.tagName} ${[...document.querySelectorAll('*')].indexOf(element)}`;
        return {
          key,
          seen: outlineStyle !== 'none' && outlineWidth !== '0px',
          // After the last control comes the browser itself.
          tag: document.hasFocus() ? element.tagName : '',
        };
      });
      if (/BUTTON|SELECT|SUMMARY/.test(focused.tag)) {
        expect(focused.seen, focused.key).to.equal(true);
        reached.add(focused.key);
      }
    }
    expect(reached.size).to.equal(controls);
  });
});
