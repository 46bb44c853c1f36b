import {glyphOf} from './glyphs.ts';

const CAPITAL_HEIGHT = 14;
const SPACING = 3.4;
const STROKE = 1.5;

/** How a line of text is drawn. */
export interface TextStyle {
  /** Height of a capital letter in pixels. */
  readonly size: number;
  readonly colour: string;
  /** Relative to a normal stroke. */
  readonly weight?: number;
}

/** The width in pixels of a line of text whose capitals have this height. */
export function textWidth(text: string, size: number): number {
  const widths = Array.from(text, letter => glyphOf(letter).width);
  const units = widths.reduce((sum, width) => sum + width, 0) + SPACING * Math.max(0, widths.length - 1);
  return (units * size) / CAPITAL_HEIGHT;
}

/** An SVG group that draws a line of text with its top left corner at (x, y). No font is involved. */
export function drawText(text: string, x: number, y: number, {size, colour, weight = 1}: TextStyle): string {
  let pen = 0;
  const letters = Array.from(text, letter => {
    const {width, path} = glyphOf(letter);
    const drawn = path && `<path transform="translate(${pen.toFixed(2)} 0)" d="${path}"/>`;
    pen += width + SPACING;
    return drawn;
  });
  const scale = size / CAPITAL_HEIGHT;
  const stroke = `fill="none" stroke="${colour}" stroke-width="${STROKE * weight}" stroke-linecap="round" stroke-linejoin="round"`;
  return `<g transform="translate(${x} ${y}) scale(${scale})" ${stroke}>${letters.join('')}</g>`;
}
