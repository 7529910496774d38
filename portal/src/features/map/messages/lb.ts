import type { messages as en } from './en.ts';

export const messages: typeof en = {
  title: 'Kaart',
  list: {
    title: 'Anlagen',
    label: 'Anlagen, déi op der Kaart gewise ginn',
    search: 'Numm, Strooss, Gemeng…',
    searchLabel: 'Anlage sichen',
    state: 'Zoustand',
    types: 'Gewisen Zorten',
    attention: 'Opzepassen',
    count: '{n} gewisen | {n} gewisen',
    clear: 'Filtere läschen',
    empty: 'Näischt passt bei dës Filteren.',
    nothing: 'Nach keng Anlag',
    nothingText: 'Soubal en Apparat schéckt, erschéngt en hei an op der Kaart.',
    loading: 'D’Anlage gi gelueden…',
    measured: 'gemooss {age}',
    hint: 'D’Feiltaste ginn duerch d’Lëscht, Enter mécht op.',
  },
  sheet: { grow: 'Feld méi grouss maachen', shrink: 'Feld méi kleng maachen' },
  totals: {
    title: 'Zommen vum Gebitt',
    lampsOn: 'Luuchten un',
    lampsOff: 'Luuchten aus',
    lampsDefective: 'Luuchte futti',
    containersFull: 'Containeren iwwer 80 %',
    short: { lampsOn: 'un', lampsOff: 'aus', lampsDefective: 'futti', containersFull: 'voll' },
    lastObservation: 'Lescht Miessung: {age}',
    none: 'nach keng',
  },
  skipToList: 'Op d’Lëscht sprangen',
};
