// A real browser, where one is installed: Chromium or Chrome, without a window.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The program; undefined where there is none. `CHROME_PATH` names another. */
export function findBrowser(): string | undefined {
  const candidates = [process.env.CHROME_PATH ?? '', ...NAMES].filter(Boolean);
  return candidates.find(name => spawnSync(name, ['--version'], {timeout: 30_000}).status === 0);
}

export interface Looked {
  /** What the question answered. */
  readonly answer: unknown;
  /** What the page looks like, PNG. */
  readonly screenshot: Uint8Array;
}

/**
 * Opens a page and asks it something.
 *
 * @param question an expression of JavaScript, evaluated on the page once everything on it is loaded
 */
export function lookAt(
  browser: string,
  html: string,
  question: string,
  [width, height]: readonly [number, number],
): Looked {
  const folder = mkdtempSync(join(tmpdir(), 'densecrf-browser-'));
  const script = `<script>addEventListener('load', () => {
    document.documentElement.dataset.answer = encodeURIComponent(JSON.stringify(${question}));
  })</script>`;
  const [asked, plain, picture] = ['asked.html', 'plain.html', 'page.png'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(asked, html + script);
  writeFileSync(plain, html);
  try {
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      `--user-data-dir=${join(folder, 'profile')}`,
    ];
    const open = (...more: string[]) =>
      spawnSync(browser, [...flags, `--window-size=${width},${height}`, ...more], {
        timeout: 120_000,
        maxBuffer: 2 ** 28,
      });
    const dom = open('--dump-dom', pathToFileURL(asked).href).stdout.toString();
    open(`--screenshot=${picture}`, pathToFileURL(plain).href);
    const [, answer = 'null'] = /data-answer="([^"]*)"/.exec(dom) ?? [];
    return {answer: JSON.parse(decodeURIComponent(answer)), screenshot: readFileSync(picture)};
  } finally {
    rmSync(folder, {recursive: true, force: true, maxRetries: 5});
  }
}
