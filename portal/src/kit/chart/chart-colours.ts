import type { Appearance } from '../../theme/palette.ts';

/**
 * Colours of series, distinguishable with red-green colour blindness. Red, orange and grey are reserved for severity.
 */
const SERIES: Record<Appearance, readonly string[]> = {
  day: ['#0b6570', '#6a3fb0', '#8a6a00', '#1f5fbf', '#8f2d74', '#3f7012'],
  night: ['#62d3d8', '#b79cf2', '#ffd35c', '#8ab8ff', '#f19ad6', '#a5d66b'],
};

const INKS = {
  day: { text: '#3a5058', line: '#d6e1e0', ground: '#ffffff' },
  night: { text: '#b5c8cc', line: '#22393f', ground: '#101f25' },
} as const;

const MARKS = {
  day: { alarm: '#b3202a', event: '#5a4a00' },
  night: { alarm: '#ff8a84', event: '#ffe08a' },
} as const;

export function seriesColour(index: number, appearance: Appearance): string {
  const colours = SERIES[appearance];
  return colours[index % colours.length] ?? '#0b6570';
}

export const chartInks = (appearance: Appearance) => INKS[appearance];
export const markColours = (appearance: Appearance) => MARKS[appearance];
