/** One line of a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

const [WIDTH, HEIGHT] = [560, 340];
const margin = {left: 62, right: 130, top: 36, bottom: 48};
const colours = ['#1f6feb', '#d1242f', '#1a7f37', '#9a6700'];

/** A line plot with a logarithmic x axis and a y axis from 0, as SVG. */
export function plotSvg({title, x, y, series}: Plot): string {
  const xs = series.flatMap(({points}) => points.map(point => point[0]));
  const ys = series.flatMap(({points}) => points.map(point => point[1]));
  const [low, high] = [Math.log(Math.min(...xs)), Math.log(Math.max(...xs))];
  const top = niceCeiling(Math.max(...ys));
  const inner = {width: WIDTH - margin.left - margin.right, height: HEIGHT - margin.top - margin.bottom};
  const toX = (value: number) => margin.left + (inner.width * (Math.log(value) - low)) / (high - low || 1);
  const toY = (value: number) => margin.top + inner.height * (1 - value / top);
  const right = WIDTH - margin.right;

  const ticksY = [0, 1, 2, 3, 4].map(k => {
    const value = (top * k) / 4;
    return `<path d="M${margin.left} ${toY(value)}H${right}" stroke="#d0d7de"/>${text(margin.left - 8, toY(value) + 4, 'end', String(Number(value.toPrecision(3))))}`;
  });
  const ticksX = [...new Set(xs)]
    .sort((a, b) => a - b)
    .map(value => text(toX(value), HEIGHT - margin.bottom + 18, 'middle', String(value)));
  const lines = series.map(({name, points}, i) => {
    const colour = colours[i % colours.length] ?? 'black';
    const path = points
      .map(([px, py], k) => `${k === 0 ? 'M' : 'L'}${toX(px).toFixed(1)} ${toY(py).toFixed(1)}`)
      .join('');
    const dots = points.map(
      ([px, py]) => `<circle cx="${toX(px).toFixed(1)}" cy="${toY(py).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    const last = points.at(-1)?.[1] ?? 0;
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${text(right + 8, toY(last) + 4, 'start', name, colour)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<text x="${margin.left}" y="20" font-size="14" font-weight="bold">${title}</text>`,
    ...ticksY,
    ...ticksX,
    text(margin.left + inner.width / 2, HEIGHT - 10, 'middle', x),
    `<text transform="translate(16 ${margin.top + inner.height / 2}) rotate(-90)" text-anchor="middle">${y}</text>`,
    ...lines,
    '</svg>\n',
  ].join('\n');
}

function text(x: number, y: number, anchor: string, words: string, colour = '#1f2328'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
}

/** 1, 2, 4 or 8 times a power of ten, at least `value`. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 8, 10].find(step => step * power >= value) ?? 10);
}
