import type { WasteKind } from './waste-kind.ts';

/** The symbol of a kind, a path in a square of 24, and the usual colour of its lid. */
interface WasteKindDrawing {
  readonly path: string;
  readonly colour: string;
}

export const WASTE_KIND_DRAWINGS: Record<WasteKind, WasteKindDrawing> = {
  glass: {
    colour: '#2c7a4b',
    path: 'M10 3h4v4l1.6 2.6c.3.5.4 1 .4 1.5V20a1.5 1.5 0 0 1-1.5 1.5h-5A1.5 1.5 0 0 1 8 20v-8.9c0-.5.1-1 .4-1.5L10 7V3Z M8 14h8 M8 18h8',
  },
  paper: {
    colour: '#2b69ad',
    path: 'M4.5 4H15v14.5a2.5 2.5 0 0 0 2.5 2.5H7A2.5 2.5 0 0 1 4.5 18.5V4Z M15 9h4.5v9.5A2.5 2.5 0 0 1 17.5 21 M7.5 8H12 M7.5 12H12 M7.5 16H10',
  },
  plastic: {
    colour: '#a87400',
    path: 'M6.5 9 9 4.5h6L17.5 9v11a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V9Z M6.5 9h11 M9 4.5v-2h6v2 M9.5 14h5 M9.5 17.5h5',
  },
  organic: {
    colour: '#7b5530',
    path: 'M12 8c-2-1.6-6.5-1.3-6.5 4 0 4.5 3.2 8.5 6.5 8.5s6.5-4 6.5-8.5c0-5.3-4.5-5.6-6.5-4Z M12 8c0-2.5 1-4.5 3.5-5',
  },
  metal: {
    colour: '#5d6b73',
    path: 'M7 6v12c0 2 10 2 10 0V6 M7 6c0-2 10-2 10 0s-10 2-10 0Z M10 12.5h4',
  },
  textile: {
    colour: '#8a4a8f',
    path: 'M8.5 4 3.5 6.5 5.3 11l2.2-.8V20h9v-9.8l2.2.8 1.8-4.5-5-2.5c-.6 1.5-1.9 2.3-3.5 2.3S9.1 5.5 8.5 4Z',
  },
  batteries: {
    colour: '#a8442e',
    path: 'M7.5 6h9v14.5h-9V6Z M10.5 6V3.5h3V6 M12 11v4.5 M9.8 13.2h4.5',
  },
  other: {
    colour: '#4c5c62',
    path: 'M5 7h14 M9.5 7V4.5h5V7 M7 7l1 13.5h8L17 7 M10.5 11v6 M13.5 11v6',
  },
};
