// The page of `--report`: one file, no script, nothing loaded from elsewhere.
import type {Rgb} from '../io/colours.ts';

export interface ReportFigure {
  readonly title: string;
  readonly jpeg: Uint8Array;
}

export interface ReportEntry {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly changed: number;
  readonly classes: readonly {readonly name: string; readonly share: number; readonly colour: Rgb}[];
  /** In ms. */
  readonly timings: Readonly<Record<'decoding' | 'network' | 'refinement' | 'writing', number>>;
  readonly notes: readonly string[];
  readonly figures: readonly ReportFigure[];
}

export interface ReportContent {
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly entries: readonly ReportEntry[];
  readonly failures: readonly {readonly image: string; readonly message: string}[];
}

const STAGES = ['decoding', 'network', 'refinement', 'writing'] as const;

const STYLE = `
:root { color-scheme: light dark; --paper: #faf9f6; --ink: #1d1d1b; --faint: #6e6b64; --line: #dedbd3; --card: #fff;
  --decoding: #b9a26a; --network: #3b6ea5; --refinement: #d6006e; --writing: #8a8f98; }
@media (prefers-color-scheme: dark) { :root { --paper: #17181a; --ink: #ece9e2; --faint: #a09c93; --line: #34363a; --card: #1f2124; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1400px; padding: 2.5rem 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: .75rem 2rem; margin: 0 0 2rem; }
dt { color: var(--faint); font-size: .8rem; }
dd { margin: 0; overflow-wrap: anywhere; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1.25rem; margin: 0 0 1.5rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(260px, 100%), 1fr)); gap: 1rem; margin: 1rem 0; }
figure { margin: 0; }
img { display: block; width: 100%; height: auto; border-radius: 4px; background: var(--line); }
figcaption, .facts, .stages { color: var(--faint); font-size: .85rem; }
figcaption { margin-top: .35rem; }
ul { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; margin: 0; padding: 0; font-size: .85rem; }
.swatch { display: inline-block; width: .85em; height: .85em; border-radius: 3px; margin-right: .4em; vertical-align: -.05em;
  border: 1px solid var(--line); }
.bar { display: flex; height: 8px; border-radius: 4px; overflow: hidden; margin: 1rem 0 .4rem; background: var(--line); }
${STAGES.map(stage => `.${stage} { background: var(--${stage}); }`).join('\n')}
.failure { border-color: #c0392b; }
.failure p { margin: .5rem 0 0; overflow-wrap: anywhere; }
`;

/** The page as HTML. */
export function reportPage({settings, entries, failures}: ReportContent): string {
  const total = failures.length + entries.length;
  const title = `Segmentation of ${total} picture${total === 1 ? '' : 's'}`;
  const facts = [
    ...settings,
    ...meanTimes(entries),
    ...(failures.length > 0 ? [['Failed', String(failures.length)] as const] : []),
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
<h1>${escape(title)}</h1>
<dl>${facts.map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`).join('')}</dl>
${failures.map(failureOf).join('\n')}
${entries.map(articleOf).join('\n')}
</html>
`;
}

function meanTimes(entries: readonly ReportEntry[]): (readonly [string, string])[] {
  if (entries.length === 0) return [];
  const mean = (stage: (typeof STAGES)[number]): number =>
    entries.reduce((sum, {timings}) => sum + timings[stage], 0) / entries.length;
  return [['Mean time', STAGES.map(stage => `${stage} ${mean(stage).toFixed(0)} ms`).join(', ')]];
}

function failureOf({image, message}: ReportContent['failures'][number]): string {
  return `<article class="failure"><h2>${escape(image)}</h2><p>${escape(message)}</p></article>`;
}

function articleOf(entry: ReportEntry): string {
  const {image, width, height, changed, classes, figures, notes} = entry;
  const share = figures.length > 2 ? `, ${percent(changed)} of the pixels changed by the CRF` : '';
  const facts = [`${width} × ${height}${share}`, ...notes].map(escape).join(' · ');
  return `<article>
<h2>${escape(image)}</h2>
<div class="facts">${facts}</div>
<div class="figures">${figures.map(figure => figureOf(figure, image)).join('')}</div>
<ul>${classes.map(({name, share, colour}) => `<li><span class="swatch" style="background:rgb(${colour.join()})"></span>${escape(name)} ${percent(share)}</li>`).join('')}</ul>
${timesOf(entry)}
</article>`;
}

function figureOf({title, jpeg}: ReportFigure, image: string): string {
  const source = `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
  return `<figure><img src="${source}" alt="${escape(`${title} of ${image}`)}"><figcaption>${escape(title)}</figcaption></figure>`;
}

function timesOf({timings}: ReportEntry): string {
  const stages = STAGES.filter(stage => timings[stage] > 0);
  const bars = stages.map(stage => `<span class="${stage}" style="flex:${timings[stage].toFixed(2)}"></span>`);
  const words = stages.map(
    stage => `<li><span class="swatch ${stage}"></span>${stage} ${timings[stage].toFixed(0)} ms</li>`,
  );
  return `<div class="bar">${bars.join('')}</div><ul class="stages">${words.join('')}</ul>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, letter => `&#${letter.charCodeAt(0)};`);
}
