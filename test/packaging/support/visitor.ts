import { chromium, type Browser } from 'playwright-core';
import { findBrowser } from '../../../scripts/browser.mjs';

const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A page may sound without a click, which nobody makes here.
  '--autoplay-policy=no-user-gesture-required',
];

/** What a page came to, and the files it asked for. */
export interface Visit {
  /** State of the audio, or code and message of the error. */
  readonly outcome: string;
  /** Paths, in the order of the requests. */
  readonly requests: readonly string[];
}

/** Visits pages with Chromium. */
export class Visitor {
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<Visitor> {
    return new Visitor(
      await chromium.launch({ executablePath: findBrowser(), args: launchArguments }),
    );
  }

  /** Opens a page of `writeApp` and waits for its outcome. */
  async visit(url: string): Promise<Visit> {
    const page = await this.#browser.newPage();
    try {
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => requests.push(new URL(request.url()).pathname));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(url);
      const outcome = await page
        .waitForFunction(() => (globalThis as { outcome?: string }).outcome, undefined, {
          timeout: 30_000,
        })
        .then((handle) => handle.jsonValue())
        .catch(() => `no outcome; the page said: ${complaints.join(' | ')}`);
      return { outcome: String(outcome), requests };
    } finally {
      await page.close();
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
