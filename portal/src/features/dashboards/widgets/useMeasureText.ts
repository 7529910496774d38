import type { MeasureKind, Question, Widget } from '@alzette/ngsi-ld-schemas/dashboards';
import { isRatio } from '../../../format/value.ts';
import { useFormat } from '../../../kit/useFormat.ts';

/** Measures that have the unit of their attribute. */
const OF_THE_ATTRIBUTE: ReadonlySet<MeasureKind> = new Set(['average', 'lowest', 'highest']);

/** Whether the answers are ratios of 0..1, shown as percentages. A widget with its own unit shows them unchanged. */
export function isShare(widget: Widget, question: Question | undefined): boolean {
  const { kind, attribute = '' } = question?.measure ?? { kind: 'count' };
  return !widget.unit && OF_THE_ATTRIBUTE.has(kind) && isRatio(attribute, undefined);
}

/** An answer as text, with two decimals or in per cent; null is a dash. */
export function useMeasureText() {
  const { number, percent } = useFormat();
  return (value: number | null, widget: Widget, question: Question | undefined): string => {
    if (value === null) return '–';
    return isShare(widget, question) ? percent(value) : number(Math.round(value * 100) / 100);
  };
}
