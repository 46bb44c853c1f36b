// Pieces of diagrams, as SVG.

export const COLOURS = ['#1f6feb', '#d1242f', '#1a7f37', '#9a6700'] as const;

/** A diagram of a white ground with what is drawn on it. */
export function page(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="white"/>
${parts.join('\n')}
</svg>
`;
}

export function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end' = 'middle'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;
}

/** A square of `cells` x `cells` pixels with its top left corner at x, y. */
export interface Grid {
  readonly x: number;
  readonly y: number;
  readonly cells: number;
  /** Of a pixel on the page. */
  readonly size: number;
}

/** Its lines. */
export function lines({x, y, cells, size}: Grid): string {
  const side = cells * size;
  const path = Array.from({length: cells + 1}, (_, i) => i * size)
    .map(at => `M${x},${y + at}h${side}M${x + at},${y}v${side}`)
    .join('');
  return `<path d="${path}" fill="none" stroke="#d0d7de" stroke-width="0.5"/>`;
}

/** Its pixels of these indices, row by row. */
export function pixels({x, y, cells, size}: Grid, indices: readonly number[], colour: string): string {
  const path = indices
    .map(index => `M${x + (index % cells) * size},${y + Math.floor(index / cells) * size}h${size}v${size}h${-size}z`)
    .join('');
  return `<path d="${path}" fill="${colour}"/>`;
}
