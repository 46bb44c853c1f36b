// The page of `densecrf segment --report`, looked at in a browser.
import {mkdir, readFile} from 'node:fs/promises';
import test from 'ava';
import sharp from 'sharp';
import {densecrf, Folder} from '../unit/cli/fixtures.ts';
import {writeModel} from '../unit/cli/segment-fixtures.ts';
import {findBrowser, lookAt} from './browser.ts';

const QUESTION = `{
  title: document.title,
  pictures: [...document.images].map(image => image.complete && image.naturalWidth > 0 && image.clientWidth > 50),
  captions: [...document.querySelectorAll('figcaption')].map(caption => caption.textContent),
  resources: performance.getEntriesByType('resource').filter(({name}) => !name.startsWith('data:')).length,
  scripts: document.scripts.length,
  overflows: document.documentElement.scrollWidth > innerWidth,
  bars: [...document.querySelectorAll('.bar span')].every(bar => bar.clientWidth >= 0 && getComputedStyle(bar).backgroundColor !== 'rgba(0, 0, 0, 0)'),
  names: [...document.querySelectorAll('h2')].map(name => name.textContent),
}`;

const browser = findBrowser();

async function makeReport(folder: Folder): Promise<string> {
  await mkdir(folder.at('in'));
  await folder.picture('in/a & <b>.png');
  await folder.picture('in/c.png');
  await folder.write('in/d.png', 'no picture');
  const report = folder.at('report.html');
  const model = await writeModel(folder);
  await densecrf('segment', folder.at('in'), '--model', model, '--crf', 'deeplab-v1', '--report', report);
  return readFile(report, 'utf8');
}

test('needs nothing from elsewhere', async t => {
  const page = await makeReport(await Folder.create(t));
  t.notRegex(page, /<script|<link|@import|https?:|src="(?!data:)|url\(/);
});

if (browser === undefined) {
  test('in a browser', t => {
    t.log('skipped: no Chromium or Chrome is installed (CHROME_PATH may name one)');
    t.pass();
  });
} else {
  for (const [name, size] of [
    ['wide window', [1400, 900]],
    ['narrow window', [500, 900]],
  ] as const) {
    test(`in a ${name} of a browser`, async t => {
      const folder = await Folder.create(t);
      const {answer, screenshot} = lookAt(browser, await makeReport(folder), QUESTION, size);
      t.like(answer, {
        title: 'Segmentation of 3 pictures',
        pictures: Array<boolean>(8).fill(true),
        captions: Array.from({length: 2}, () => ['Picture', 'Network', 'Refined', 'Difference']).flat(),
        resources: 0,
        scripts: 1, // the one that asks
        overflows: false,
        bars: true,
        names: ['in/d.png', 'in/a & <b>.png', 'in/c.png'].map(name => folder.at(name)),
      });
      const {channels} = await sharp(screenshot).stats();
      t.true(
        channels.slice(0, 3).some(({stdev}) => stdev > 5),
        'the page is not blank',
      );
      const {data, info} = await sharp(screenshot).removeAlpha().raw().toBuffer({resolveWithObject: true});
      let red = 0;
      for (let i = 0; i < data.length; i += info.channels)
        if (data[i]! > 150 && data[i + 1]! < 90 && data[i + 2]! < 90) ++red;
      t.true(red > 500, `the pictures are drawn: ${red} red pixels`);
    });
  }
}
