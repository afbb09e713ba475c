// The page of the Chromium test: a button that runs a preflight, as an app would have it.
import { preflight } from '../../../src/browser/preflight/preflight.js';

/** What is left of a report when it is written down. */
export type WrittenReport = Readonly<Record<string, WrittenCheck>>;

export interface WrittenCheck {
  readonly ok: boolean;
  /** Code and message. */
  readonly error?: string;
  readonly [finding: string]: unknown;
}

declare global {
  interface Window {
    report: string | null;
  }
}

window.report = null;
const button = document.createElement('button');
button.textContent = 'Try';
button.addEventListener('click', () => {
  const url = new URLSearchParams(location.search).get('server') ?? '';
  void preflight({ url }).then(({ ok, ...checks }) => {
    const write = (_key: string, value: unknown): unknown =>
      value instanceof Error
        ? `${(value as Error & { code: string }).code} ${value.message}`
        : value;
    window.report = JSON.stringify({ all: { ok }, ...checks }, write);
  });
});
document.body.append(button);
