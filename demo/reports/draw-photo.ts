const WIDTH = 960;
const HEIGHT = 720;
const HORIZON = 0.55;

type Colour = readonly [red: number, green: number, blue: number];
type Subject = 'lamp' | 'container' | 'pothole' | 'rubbish' | 'sign' | 'tree' | 'bench';

/** The subject of a photo for each category. */
export const SUBJECTS: { readonly [category: string]: Subject } = {
  'street-light': 'lamp',
  'container-full': 'container',
  'fly-tipping': 'rubbish',
  pothole: 'pothole',
  sign: 'sign',
  tree: 'tree',
  'street-furniture': 'bench',
};

/** Colours of the houses, from left to right. */
const WALLS: readonly Colour[] = [
  [196, 178, 150],
  [182, 140, 118],
  [205, 198, 182],
  [170, 160, 150],
  [190, 165, 130],
];

/** A drawn street with the reported problem, as JPEG. @param seed varies light and position */
export async function drawPhoto(subject: Subject, seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  const canvas = canvasOf(pixels);
  const dusk = (seed % 4) / 4;
  const sky: Colour = [150 - 90 * dusk, 185 - 100 * dusk, 215 - 90 * dusk];
  canvas.fill((y) => (y < HORIZON ? shade(sky, 0.8 + y * 0.6) : shade([105, 104, 106], 0.9 + (y - HORIZON) * 0.5)));
  WALLS.forEach((wall, house) => {
    const left = house * 0.22 - ((seed * 37) % 100) / 900;
    const top = 0.2 + ((seed * 53 + house * 29) % 20) / 100;
    canvas.box(left, top, 0.19, HORIZON - top + 0.04, shade(wall, 1 - dusk * 0.5));
    for (const window of [0.03, 0.11])
      canvas.box(left + window, top + 0.08, 0.04, 0.09, dusk > 0.4 ? [240, 205, 120] : [70, 85, 100]);
  });
  canvas.box(0, HORIZON + 0.03, 1, 0.05, [150, 148, 145]);
  const x = 0.35 + ((seed * 17) % 30) / 100;
  DRAWINGS[subject](canvas, x);
  const { default: sharp } = await import('sharp'); // large, and only the demo draws here
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .blur(0.7)
    .jpeg({ quality: 82 })
    .toBuffer();
}

interface Canvas {
  /** @param colour of a row */
  fill(colour: (y: number) => Colour): void;
  /** Coordinates from 0 to 1. */
  box(left: number, top: number, width: number, height: number, colour: Colour): void;
  disc(x: number, y: number, rx: number, ry: number, colour: Colour): void;
}

const DRAWINGS: { readonly [subject in Subject]: (canvas: Canvas, x: number) => void } = {
  lamp({ box, disc }, x) {
    box(x, 0.12, 0.014, 0.55, [62, 66, 70]);
    box(x, 0.12, 0.13, 0.014, [62, 66, 70]);
    disc(x + 0.13, 0.135, 0.035, 0.017, [40, 42, 45]);
  },
  container({ box, disc }, x) {
    box(x - 0.05, 0.47, 0.26, 0.27, [38, 96, 72]);
    box(x - 0.05, 0.45, 0.26, 0.035, [28, 74, 56]);
    disc(x + 0.08, 0.55, 0.035, 0.035, [18, 40, 30]);
    for (let bag = 0; bag < 4; bag++)
      disc(x - 0.09 + bag * 0.1, 0.76, 0.055, 0.05, bag % 2 ? [205, 205, 200] : [70, 80, 110]);
  },
  pothole({ disc }, x) {
    disc(x + 0.1, 0.8, 0.16, 0.07, [82, 79, 78]);
    disc(x + 0.11, 0.81, 0.12, 0.045, [48, 45, 44]);
    disc(x + 0.13, 0.815, 0.06, 0.018, [92, 108, 120]);
  },
  rubbish({ box, disc }, x) {
    box(x - 0.06, 0.58, 0.2, 0.16, [172, 134, 92]);
    box(x + 0.1, 0.5, 0.09, 0.24, [190, 182, 170]);
    for (let bag = 0; bag < 5; bag++) disc(x - 0.1 + bag * 0.075, 0.76, 0.05, 0.055, [34 + bag * 6, 36, 40]);
  },
  sign({ box, disc }, x) {
    for (let step = 0; step < 40; step++) box(x + step * 0.005, 0.72 - step * 0.01, 0.016, 0.014, [130, 134, 138]);
    disc(x + 0.21, 0.31, 0.06, 0.075, [190, 40, 44]);
    box(x + 0.17, 0.297, 0.08, 0.024, [240, 240, 240]);
  },
  tree({ box, disc }, x) {
    box(x + 0.05, 0.3, 0.04, 0.42, [96, 72, 52]);
    for (const [dx, dy] of [
      [0, 0],
      [-0.09, 0.05],
      [0.1, 0.03],
      [0.02, -0.08],
    ] as const)
      disc(x + 0.07 + dx, 0.26 + dy, 0.1, 0.1, [64, 104, 58]);
    for (let step = 0; step < 40; step++) box(x - 0.02 + step * 0.009, 0.66 + step * 0.003, 0.012, 0.018, [88, 66, 48]);
  },
  bench({ box }, x) {
    box(x - 0.05, 0.62, 0.3, 0.022, [120, 84, 54]);
    box(x - 0.05, 0.54, 0.16, 0.02, [120, 84, 54]);
    for (const leg of [-0.03, 0.2]) box(x + leg, 0.62, 0.014, 0.12, [60, 62, 66]);
    for (let step = 0; step < 20; step++) box(x + 0.12 + step * 0.006, 0.54 + step * 0.01, 0.01, 0.016, [120, 84, 54]);
  },
};

function shade([red, green, blue]: Colour, by: number): Colour {
  return [red * by, green * by, blue * by];
}

function canvasOf(pixels: Buffer): Canvas {
  const put = (column: number, row: number, colour: Colour) => {
    if (column < 0 || row < 0 || column >= WIDTH || row >= HEIGHT) return;
    // Reproducible noise, like that of a camera.
    const grain = ((column * 73 + row * 151 + column * row * 7) % 11) - 5;
    const at = (row * WIDTH + column) * 3;
    const { 0: red, 1: green, 2: blue } = colour; // not by an iterator: this runs 700,000 times, while requests wait
    pixels[at] = Math.min(Math.max(red + grain, 0), 255);
    pixels[at + 1] = Math.min(Math.max(green + grain, 0), 255);
    pixels[at + 2] = Math.min(Math.max(blue + grain, 0), 255);
  };
  const within = (
    left: number,
    top: number,
    right: number,
    bottom: number,
    colour: (x: number, y: number) => Colour | undefined,
  ) => {
    for (let row = Math.floor(top * HEIGHT); row < bottom * HEIGHT; row++) {
      for (let column = Math.floor(left * WIDTH); column < right * WIDTH; column++) {
        const found = colour(column / WIDTH, row / HEIGHT);
        if (found) put(column, row, found);
      }
    }
  };
  return {
    fill(colour) {
      for (let row = 0; row < HEIGHT; row++) {
        const ofRow = colour(row / HEIGHT);
        for (let column = 0; column < WIDTH; column++) put(column, row, ofRow);
      }
    },
    box: (left, top, width, height, colour) => within(left, top, left + width, top + height, () => colour),
    disc: (x, y, rx, ry, colour) =>
      within(x - rx, y - ry, x + rx, y + ry, (px, py) =>
        ((px - x) / rx) ** 2 + ((py - y) / ry) ** 2 <= 1 ? colour : undefined,
      ),
  };
}
