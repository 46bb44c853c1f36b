import {readFileSync, writeFileSync} from 'node:fs';

/** Rows of a Markdown table; the first is the head. The first column is text, the others are numbers. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return [head, rule, ...body].map(row => `| ${row.join(' | ')} |`).join('\n');
}

/**
 * Replaces what stands between a command's two markers on a page, or adds it at the end.
 *
 * @param name the command's, such as `bench:crf`
 */
export function writeSection(file: URL, name: string, markdown: string): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const section = `${begin}\n\n${markdown.trim()}\n\n${end}`;
  const page = readFileSync(file, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  const whole =
    from >= 0 && to > from
      ? page.slice(0, from) + section + page.slice(to + end.length)
      : `${page.trimEnd()}\n\n${section}\n`;
  writeFileSync(file, whole);
}
