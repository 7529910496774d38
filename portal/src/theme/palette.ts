export type Appearance = 'day' | 'night';

/** The colours of symbols and donuts. */
export type Ink =
  | 'lit'
  | 'litEdge'
  | 'off'
  | 'ok'
  | 'filling'
  | 'warning'
  | 'alarm'
  | 'unknown'
  | 'outline'
  | 'surface'
  | 'onInk';

export const INKS: Record<Appearance, Record<Ink, string>> = {
  day: {
    lit: '#ffb81f',
    litEdge: '#7a4d00',
    off: '#566d75',
    ok: '#0b7a75',
    filling: '#4f7d1d',
    warning: '#bd5300',
    alarm: '#c4262e',
    unknown: '#75858b',
    outline: '#ffffff',
    surface: '#ffffff',
    onInk: '#ffffff',
  },
  night: {
    lit: '#ffc84f',
    litEdge: '#ffe3a1',
    off: '#87a0a8',
    ok: '#4cc9c0',
    filling: '#a5cf5d',
    warning: '#ff9d4d',
    alarm: '#ff6f69',
    unknown: '#7f9299',
    outline: '#0b171b',
    surface: '#14252b',
    onInk: '#0b171b',
  },
};

/** The colours of the base map: muted, so that the symbols stand out. */
export interface Cartography {
  outside: string;
  land: string;
  water: string;
  green: string;
  building: string;
  landEdge: string;
  boundary: string;
  streetCasing: string;
  street: string;
  streetFar: string;
  label: string;
  labelHalo: string;
  accent: string;
}

export const CARTOGRAPHY: Record<Appearance, Cartography> = {
  day: {
    outside: '#dce6e6',
    land: '#f3f6f1',
    water: '#c2dae3',
    green: '#e1ebda',
    building: '#e2e5de',
    landEdge: '#b9cccb',
    boundary: '#93adae',
    streetCasing: '#c9d4d0',
    street: '#ffffff',
    streetFar: '#c6d3d0',
    label: '#3f565d',
    labelHalo: '#f3f6f1',
    accent: '#0b6570',
  },
  night: {
    outside: '#071115',
    land: '#11242b',
    water: '#0a1c27',
    green: '#132c2a',
    building: '#1a323a',
    landEdge: '#26424a',
    boundary: '#34535b',
    streetCasing: '#0b171b',
    street: '#2a434b',
    streetFar: '#2c464e',
    label: '#9fb8be',
    labelHalo: '#11242b',
    accent: '#62d3d8',
  },
};
