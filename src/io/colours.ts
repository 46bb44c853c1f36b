/** Red, green and blue of one label, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

const BITS = 8;

/**
 * The colour that PASCAL VOC gives a label: its bits, three at a time, become ever lower bits of red, green and blue.
 *
 * Source: VOCcolormap.m of the PASCAL VOC development kit.
 */
export function vocColour(label: number): Rgb {
  const channel = (offset: number): number => {
    let value = 0;
    for (let bit = 0; bit < BITS; ++bit) value |= ((label >> (3 * bit + offset)) & 1) << (BITS - 1 - bit);
    return value;
  };
  return [channel(0), channel(1), channel(2)];
}

/** The PASCAL VOC colours of the labels 0 to count - 1, `[count, 3]`. */
export function vocPalette(count: number): Uint8Array {
  return Uint8Array.from(Array.from({length: count}, (_, label) => vocColour(label)).flat());
}
