/** The colours of the page's theme, for the canvas. */
export interface MapPalette {
  paper: string;
  card: string;
  ink: string;
  inkSoft: string;
  line: string;
  track: string;
  river: string;
  amber: string;
  brick: string;
}

/** Reads the palette from the style sheet. Call it again after a change between light and dark. */
export function readPalette(): MapPalette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    paper: colour('--paper'),
    card: colour('--card'),
    ink: colour('--ink'),
    inkSoft: colour('--ink-soft'),
    line: colour('--line'),
    track: colour('--track'),
    river: colour('--river'),
    amber: colour('--amber'),
    brick: colour('--brick'),
  };
}
