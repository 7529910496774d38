import type { KeptQuestion } from '@alzette/dashboards/contract';
import { analysisOf, askedOf, periodBefore, type Question, type Widget } from '@alzette/ngsi-ld-schemas/dashboards';
import { type Answer, useAnswer } from '@alzette/web/asking';
import { computed, type InjectionKey, inject, provide, type Ref } from 'vue';
import type { Period } from '../../../kit/scope/period.ts';
import { type Analysis, analyse } from '../dashboards.ts';

/** The variables that all widgets of a dashboard depend on. */
export interface Variables {
  /** Absent: the whole territory. */
  readonly scope: Ref<string | undefined>;
  readonly period: Ref<Period>;
  readonly timeZone: Ref<string>;
  readonly questions: Ref<readonly KeptQuestion[]>;
  /** The types to choose from; below, the chosen one. */
  readonly types: Ref<readonly string[]>;
  readonly type: Ref<string | undefined>;
  /** Incremented to reload all widgets. */
  readonly turn: Ref<number>;
}

const KEY: InjectionKey<Variables> = Symbol('variables');

export function provideVariables(variables: Variables): void {
  provide(KEY, variables);
}

export function useVariables(): Variables {
  const variables = inject(KEY);
  if (!variables) throw new Error('useVariables: none are provided');
  return variables;
}

export interface WidgetData {
  readonly now: Analysis;
  /** The preceding period of the same length, if the widget compares. */
  readonly before?: Analysis;
}

const NOTHING: Analysis = { rows: [], isCut: false };
/** Periods that end now advance in steps, so that they do not cause a request every second. */
const STEP_MS = 60_000;

/** The question of a widget, with the current variables. */
export function questionOf({ question, saved }: Widget, { questions, type }: Variables): Question | undefined {
  const open = saved === undefined ? question : questions.value.find(({ id }) => id === saved)?.question;
  return open && askedOf(open, type.value);
}

/** True during editing, while no measured attribute is chosen. */
function isIncomplete({ measure, over }: Question): boolean {
  return !measure.attribute && (measure.kind !== 'count' || over !== undefined);
}

/** The data of a widget, requested again whenever a variable changes. */
export function useWidgetData(widget: () => Widget): Answer<WidgetData> {
  const variables = useVariables();
  const { scope, period, timeZone, turn } = variables;
  const wanted = computed(() => {
    const question = questionOf(widget(), variables);
    if (question === undefined || isIncomplete(question)) return undefined;
    const { from, to } = period.value;
    const rounded = (at: number) => Math.ceil(at / STEP_MS) * STEP_MS;
    const asked = { from: rounded(from), to: rounded(to), timeZone: timeZone.value };
    const isCompared = widget().compare && question.over !== undefined;
    return {
      now: analysisOf(question, scope.value, asked),
      ...(isCompared && { before: analysisOf(question, scope.value, periodBefore(asked)) }),
    };
  });
  return useAnswer(
    () => ['dashboards/widget', wanted.value],
    async (signal): Promise<WidgetData> => {
      if (wanted.value === undefined) return { now: NOTHING };
      const { now, before } = wanted.value;
      const answers = await Promise.all([analyse(now, signal), before && analyse(before, signal)]);
      return { now: answers[0], ...(answers[1] && { before: answers[1] }) };
    },
    { again: () => turn.value },
  );
}
