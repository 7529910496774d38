import { analysisOf, askedOf, periodBefore, type Question, type Widget } from '@alzette/ngsi-ld-schemas/dashboards';
import { type InjectionKey, inject, provide, type Ref } from 'vue';
import type { Period } from '../../../kit/scope/period.ts';
import { type Request, useRequest } from '../../../kit/states/useRequest.ts';
import { type Analysis, analyse, type KeptQuestion } from '../dashboards-api.ts';

/** What all widgets of a dashboard follow. */
export interface Variables {
  /** Absent: the whole territory. */
  readonly scope: Ref<string | undefined>;
  readonly period: Ref<Period>;
  readonly timeZone: Ref<string>;
  readonly questions: Ref<readonly KeptQuestion[]>;
  /** Among which one is chosen, and which is. */
  readonly types: Ref<readonly string[]>;
  readonly type: Ref<string | undefined>;
  /** Counts up when all is to be asked anew. */
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
  /** Of the same length of time before, when the widget compares. */
  readonly before?: Analysis;
}

const NOTHING: Analysis = { rows: [], isCut: false };
/** Periods that end now move on in steps, so that not every second asks anew. */
const STEP_MS = 60_000;

/** What a widget asks with what is chosen now. */
export function questionOf({ question, saved }: Widget, { questions, type }: Variables): Question | undefined {
  const open = saved === undefined ? question : questions.value.find(({ id }) => id === saved)?.question;
  return open && askedOf(open, type.value);
}

/** While it is put together: the attribute that is measured has not been chosen yet. */
function isIncomplete({ measure, over }: Question): boolean {
  return !measure.attribute && (measure.kind !== 'count' || over !== undefined);
}

/** What a widget asks, again whenever a variable changes. */
export function useWidgetData(widget: () => Widget): Request<WidgetData> {
  const variables = useVariables();
  const { scope, period, timeZone, turn } = variables;
  return useRequest(async (signal) => {
    turn.value; // another look was wished for
    const { compare } = widget();
    const question = questionOf(widget(), variables);
    if (question === undefined || isIncomplete(question)) return { now: NOTHING };
    const { from, to } = period.value;
    const rounded = (at: number) => Math.ceil(at / STEP_MS) * STEP_MS;
    const asked = { from: rounded(from), to: rounded(to), timeZone: timeZone.value };
    const isOverTime = question.over !== undefined;
    const [now, before] = await Promise.all([
      analyse(analysisOf(question, scope.value, asked), signal),
      compare && isOverTime ? analyse(analysisOf(question, scope.value, periodBefore(asked)), signal) : undefined,
    ]);
    return before === undefined ? { now } : { now, before };
  });
}
