import type { FigureContract, Figures } from '@alzette/dashboards/contract';
import { FIGURES } from '@alzette/dashboards/paths';
import { type Answer, useAnswer } from '@alzette/web/asking';
import { useI18n } from 'vue-i18n';
import { service } from '../broker/service.ts';
import { inLanguage } from '../i18n/in-language.ts';
import { useFormat } from '../kit/useFormat.ts';

export type Figure = Figures['figures'][number];

const figures = service<FigureContract>(FIGURES);

/** The catalogue of figures; all parts of a page that show some share one request. */
export function useFigures(
  scope: () => string | undefined = () => undefined,
  again?: () => number,
): Answer<Figures> & { find(name: string): Figure | undefined } {
  const request = useAnswer(
    () => ['figures', scope()],
    (signal) => figures.list({ query: { scope: scope() }, signal }),
    again && { again },
  );
  const find = (name: string) => request.data.value?.figures.find((figure) => figure.name === name);
  return { ...request, find };
}

/** The value of a figure as text, with its unit; a dash while there is none. */
export function useFigureText(): (figure: Figure | undefined) => string {
  const { locale } = useI18n();
  const { number, share } = useFormat();
  return (figure) => {
    if (figure?.reading === undefined) return '–';
    const { value } = figure.reading;
    if (figure.form === 'share') return share(value);
    const text = number(Math.round(value));
    return figure.unit === undefined ? text : `${text}\u00a0${inLanguage(figure.unit, locale.value)}`;
  };
}
