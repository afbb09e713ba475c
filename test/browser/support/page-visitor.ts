import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium, type ChromiumOptions } from './chromium-process.js';
import { recordMix, startRecording, takeRecording } from './page-recording.js';

/** Somebody with the page of the reference server in a browser. */
export class PageVisitor {
  readonly page: Page;
  readonly name: string;
  readonly complaints: string[] = [];
  readonly #browser: Browser;

  private constructor(name: string, browser: Browser, page: Page) {
    this.name = name;
    this.#browser = browser;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message));
  }

  /** Opens the page; microphones give what they hear, without any processing. */
  static async open(url: string, name: string, options: ChromiumOptions): Promise<PageVisitor> {
    const browser = await launchChromium(options);
    const visitor = new PageVisitor(name, browser, await browser.newPage());
    // The loader of the tests marks functions that have a name with this helper.
    await visitor.page.addInitScript('globalThis.__name = (value) => value;');
    await visitor.page.addInitScript(recordMix);
    await visitor.page.goto(`${url}/?raw`);
    return visitor;
  }

  /** Signs in as a click does, and waits for the nets to be there. */
  async enter(): Promise<void> {
    await this.page.fill('#name', this.name);
    await this.page.click('#enter');
    await this.page.waitForSelector('#nets:not([hidden])');
  }

  /** And for sound in both directions. */
  async enterWithSound(): Promise<void> {
    await this.enter();
    await this.shows('#microphone-state', /^On/);
    await this.shows('#output-state', /^On$/);
  }

  /** Joins, and waits until one may talk. */
  async join(channel: string): Promise<Locator> {
    await this.page.click(`[aria-label="Join ${channel}"]`);
    const talk = this.strip(channel).locator('.talk');
    await talk.and(this.page.locator(':enabled')).waitFor();
    return talk;
  }

  strip(channel: string): Locator {
    return this.page.locator(`[data-channel="${channel}"]`);
  }

  text(selector: string): Promise<string> {
    return this.page.locator(selector).innerText();
  }

  /** Waits until the element says so. */
  async shows(selector: string, text: RegExp, timeoutMs = 15_000): Promise<void> {
    try {
      await this.page.locator(selector, { hasText: text }).waitFor({ timeout: timeoutMs });
    } catch (cause) {
      const seen = await this.page.locator(selector).textContent();
      const problems = await this.text('#problems');
      throw new Error(
        `${this.name}: ${selector} says "${seen}" and not ${text}; problems: ${problems}; console: ${this.complaints.join('; ')}`,
        { cause },
      );
    }
  }

  /** The problem of one part of the page: its code and its sentence. */
  async problem(about: string): Promise<{ readonly code: string; readonly sentence: string }> {
    const problem = this.page.locator(`[data-about="${about}"]`);
    await problem.waitFor({ timeout: 15_000 });
    return {
      code: await problem.locator('code').innerText(),
      sentence: await problem.locator('.sentence').innerText(),
    };
  }

  session(): Promise<string> {
    return this.page.evaluate(() => window.sidetone?.self?.id ?? '');
  }

  record(): Promise<void> {
    return this.page.evaluate(startRecording);
  }

  /** What was heard of each talker since `record`, by session; under `mix`, all of it together. */
  async recorded(): Promise<ReadonlyMap<string, Float32Array>> {
    const taken = await this.page.evaluate(takeRecording);
    return new Map(
      Object.entries(taken).map(([session, base64]) => [session, decoded(base64)] as const),
    );
  }

  /** A script that the page itself would not be allowed to run; gives what it ends with. */
  async evaluateScript<T>(script: string): Promise<T> {
    return await this.page.evaluate(script);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

function decoded(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return Float32Array.from(
    new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2),
    (sample) => sample / 32_767,
  );
}
