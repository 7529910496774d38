import type { Escalation } from '@alzette/alarms/contract';
import type { FieldValues } from '../../kit/resource/resource.ts';
import { durationOf, minutesOf } from '../../rules/duration.ts';

/** The steps that the form shows; later ones stay as they are. */
export const SHOWN_STEPS = [1, 2, 3, 4] as const;

type Step = Escalation['steps'][number];

/** The values of the form: each step has whom, by what, and after how many minutes. */
export function valuesOfEscalation({ steps, enabled, ...escalation }: Escalation): FieldValues {
  const shown = steps.slice(0, SHOWN_STEPS.length).flatMap(({ to, channels, after, unless }, at) => [
    [`to${at + 1}`, to],
    [`by${at + 1}`, channels],
    [`after${at + 1}`, after === undefined ? undefined : minutesOf(after)],
    [`always${at + 1}`, unless === 'cleared'],
  ]);
  return { ...escalation, enabled: enabled !== false, ...Object.fromEntries(shown) };
}

/** The document of the form. A step without a channel is left out. @param before what is changed */
export function escalationOf(values: FieldValues, before: Escalation | undefined): Omit<Escalation, 'id'> {
  const steps = SHOWN_STEPS.flatMap((step): Step[] => {
    const by = values[`by${step}`] as readonly string[] | undefined;
    if (by === undefined || by.length === 0) return [];
    const [to, after] = [values[`to${step}`], Number(values[`after${step}`] ?? 0)];
    return [
      {
        channels: [...by],
        ...(typeof to === 'string' && { to }),
        ...(after > 0 && { after: durationOf(after) }),
        ...(values[`always${step}`] === true && { unless: 'cleared' as const }),
      },
    ];
  });
  const list = (name: 'scopes' | 'categories') => {
    const value = values[name] as string[] | undefined;
    return value !== undefined && value.length > 0 ? { [name]: value } : {};
  };
  return {
    title: String(values.title ?? ''),
    enabled: values.enabled === true,
    ...(typeof values.severity === 'string' && { severity: values.severity as Escalation['severity'] }),
    ...list('scopes'),
    ...(before?.categories && { categories: before.categories }),
    tellsCleared: values.tellsCleared === true,
    steps: [...steps, ...(before?.steps.slice(SHOWN_STEPS.length) ?? [])],
  };
}
