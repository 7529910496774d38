import { contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { Figure } from '@alzette/kit/figures';
import { FIGURES } from './paths.ts';

const Figures = object({ at: Type.String({ format: 'date-time' }), figures: Type.Array(Figure) });

/** The catalogue of figures: definition, source, unit, period and value of each, with the rights of the reader. */
export const figureContract = contract(FIGURES, {
  list: {
    access: 'read',
    summary:
      'The figures of the territory, such as lamps lit or the saving of the year, with how each is counted; `scope` is that of a commune, e.g. /Villerupt',
    query: { scope: text({ max: 500 }) },
    answers: { 200: Figures },
  },
});

export type FigureContract = typeof figureContract;
export type Figures = Value<typeof Figures>;
