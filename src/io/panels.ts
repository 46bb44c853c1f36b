import {drawText, textWidth} from './lettering.ts';
import {loadSharp} from './pictures.ts';
import type {Picture} from './pictures.ts';

/** A picture with words under it. */
export interface Panel {
  readonly picture: Picture;
  readonly title: string;
  readonly detail?: string;
}

const PAPER = '#faf9f6';
const INK = '#1d1d1b';
const FAINT_INK = '#85827a';
const MIN_PANEL = 280;
const MAX_PANEL = 1200;

interface Layout {
  readonly panelWidth: number;
  readonly panelHeight: number;
  readonly margin: number;
  readonly gutter: number;
  readonly titleSize: number;
  readonly detailSize: number;
}

/**
 * Sets pictures of one size side by side on paper, with a caption under each, and encodes them as one PNG.
 *
 * @param panels from left to right
 */
export async function composePanels(panels: readonly Panel[]): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const layout = layoutOf(panels);
  const {panelWidth, panelHeight, margin, gutter} = layout;
  const width = 2 * margin + panels.length * panelWidth + (panels.length - 1) * gutter;
  const height = Math.round(margin + panelHeight + captionHeight(layout) + margin);
  const pictures = await Promise.all(
    panels.map(async ({picture}, i) => {
      const enlarged = picture.width < panelWidth;
      const input = await sharp(picture.rgb, {raw: {width: picture.width, height: picture.height, channels: 3}})
        .resize(panelWidth, panelHeight, {fit: 'fill', kernel: enlarged ? 'nearest' : 'lanczos3'})
        .png()
        .toBuffer();
      return {input, left: margin + i * (panelWidth + gutter), top: margin};
    }),
  );
  const captions = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${panels
    .map((panel, i) => caption(panel, margin + i * (panelWidth + gutter), layout))
    .join('')}</svg>`;
  return sharp({create: {width, height, channels: 3, background: PAPER}})
    .composite([...pictures, {input: Buffer.from(captions), left: 0, top: 0}])
    .png({compressionLevel: 9})
    .toBuffer();
}

function layoutOf(panels: readonly Panel[]): Layout {
  const {width = 1, height = 1} = panels[0]?.picture ?? {};
  const panelWidth = Math.min(MAX_PANEL, Math.max(MIN_PANEL, width));
  const margin = Math.round(panelWidth * 0.06);
  const longest = Math.max(...panels.map(({title}) => textWidth(title, 1)), 1);
  const titleSize = Math.min(panelWidth * 0.03, panelWidth / longest);
  const longestDetail = Math.max(...panels.map(({detail = ''}) => textWidth(detail, 1)), 1);
  return {
    panelWidth,
    panelHeight: Math.max(1, Math.round((panelWidth * height) / width)),
    margin,
    gutter: Math.round(margin * 0.5),
    titleSize,
    detailSize: Math.min(titleSize * 0.72, panelWidth / longestDetail),
  };
}

function captionHeight({titleSize, detailSize}: Layout): number {
  return titleSize * 2.6 + detailSize * 2.1;
}

function caption({title, detail = ''}: Panel, x: number, layout: Layout): string {
  const {margin, panelHeight, titleSize, detailSize} = layout;
  const y = margin + panelHeight + titleSize * 1.5;
  return (
    drawText(title, x, y, {size: titleSize, colour: INK}) +
    drawText(detail, x, y + titleSize + detailSize * 1.1, {size: detailSize, colour: FAINT_INK})
  );
}
