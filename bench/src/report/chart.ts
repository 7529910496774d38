/** One bar: the reached value as a multiple of the required one. */
export interface Bar {
  readonly name: string;
  readonly reached: number;
  /** The stretch goal on the same scale, if there is one. */
  readonly stretch?: number;
}

const ROW = 26;
const LEFT = 270;
const WIDTH = 420;
const TOP = 34;
const LONGEST = 4;
const NUMBER_WIDTH = 32;

/** An SVG with a bar for each goal, readable on white and black backgrounds. */
export function chart(bars: readonly Bar[]): string {
  const at = (times: number) => LEFT + (Math.min(times, LONGEST) / LONGEST) * WIDTH;
  const height = TOP + bars.length * ROW + 8;
  const rows = bars.map(({ name, reached, stretch }, index) => {
    const y = TOP + index * ROW;
    const colour = reached >= (stretch ?? 1) ? '#1a7f4e' : reached >= 1 ? '#2f6fb3' : '#b3471d';
    const mark =
      stretch === undefined
        ? ''
        : `<line x1="${at(stretch)}" x2="${at(stretch)}" y1="${y + 2}" y2="${y + 22}" stroke="#888" stroke-dasharray="3 2"/>`;
    // Placed beside the goal lines.
    let number = at(reached) + 6;
    for (const line of [1, stretch ?? 1].map(at)) {
      if (line > number - 3 && line < number + NUMBER_WIDTH) number = line + 6;
    }
    return (
      `<text x="${LEFT - 8}" y="${y + 16}" text-anchor="end">${name}</text>` +
      `<rect x="${LEFT}" y="${y + 4}" width="${Math.max(1, at(reached) - LEFT).toFixed(1)}" height="16" fill="${colour}"/>` +
      `${mark}<text x="${number}" y="${y + 16}">${reached.toFixed(2)}</text>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + 60}" height="${height}" font-family="sans-serif" font-size="13" fill="#888">
<title>How far each goal was reached</title>
<text x="${LEFT}" y="16">Reached, as a multiple of the goal (full line: 1; dashed: the stretch goal)</text>
${rows.join('\n')}
<line x1="${at(1)}" x2="${at(1)}" y1="${TOP - 6}" y2="${height - 6}" stroke="#888"/>
</svg>
`;
}
