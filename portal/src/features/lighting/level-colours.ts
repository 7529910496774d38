/** A brighter colour for more light; each colour applies to levels up to its own. */
export const LEVEL_STEPS = [
  { upTo: 0, colour: '#4a5d66' },
  { upTo: 0.2, colour: '#7a4d00' },
  { upTo: 0.4, colour: '#a86a00' },
  { upTo: 0.6, colour: '#d18b00' },
  { upTo: 0.8, colour: '#efa91a' },
  { upTo: 1, colour: '#ffd34d' },
] as const;

export function colourOfLevel(level: number): string {
  return (LEVEL_STEPS.find(({ upTo }) => level <= upTo) ?? LEVEL_STEPS[5]).colour;
}
