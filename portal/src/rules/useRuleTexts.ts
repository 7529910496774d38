import type { Condition, RuleDocument, Scalar } from '@alzette/rules/contract';
import { useI18n } from 'vue-i18n';
import { readAttribute } from '../entities/attribute.ts';
import { useAttributeTexts } from '../entities/useAttributeTexts.ts';
import { intlLocale } from '../i18n/locales.ts';
import { durationText } from './duration.ts';
import type { Comparison } from './rule.ts';

const SIGNS: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤' };

/** Rules as sentences in the reader's language. */
export function useRuleTexts() {
  const { t, te, locale } = useI18n();
  const { label, value, kindOf } = useAttributeTexts();
  const duration = (text: string) => durationText(text, intlLocale(locale.value));

  function operand(name: string, given: Scalar, unitCode?: string): string {
    const reading = { name, ...readAttribute(given), ...(unitCode !== undefined && { unitCode }) };
    return value(reading);
  }

  function comparison({ attr, op, value: given, unit, agg, window = '' }: Comparison): string {
    const what = agg
      ? t('rule.aggregate', { agg: t(`rule.agg.${agg}`), attr: label(attr), window: duration(window) })
      : label(attr);
    const than =
      typeof given === 'object' && 'attr' in given
        ? `${given.times ?? 1} × ${label(given.attr)}`
        : [given]
            .flat()
            .map((each) => operand(attr, each, unit))
            .join(` ${t('rule.or')} `);
    const isWord = [given].flat().some((each) => typeof each === 'string' || typeof each === 'boolean');
    if (isWord && op === '==') return t('rule.is', { what, than });
    if (isWord && op === '!=') return t('rule.isNot', { what, than });
    return `${what} ${SIGNS[op] ?? (op === '==' ? '=' : op === '!=' ? '≠' : op)} ${than}`;
  }

  function timeOfDay(text: string): string {
    const [, event = '', offset = ''] = /^([a-z]+)(.*)$/.exec(text) ?? [];
    if (!te(`rule.sun.${event}`)) return text;
    const sun = t(`rule.sun.${event}`);
    return offset === '' ? sun : `${sun} ${offset.startsWith('-') ? '−' : '+'} ${duration(offset.slice(1))}`;
  }

  function conditionText(condition: Condition): string {
    if ('all' in condition) return condition.all.map(part).join(` ${t('rule.and')} `);
    if ('any' in condition) return condition.any.map(part).join(` ${t('rule.or')} `);
    if ('not' in condition) return t('rule.not', { what: conditionText(condition.not) });
    if ('during' in condition) {
      const { from = '00:00', to = '24:00' } = condition.during;
      return t('rule.during', { from: timeOfDay(from), to: timeOfDay(to) });
    }
    if ('geofence' in condition) return t(`rule.geofence.${condition.geofence}`);
    if ('change' in condition) {
      const { attr, change, window } = condition;
      const from = change.from === undefined ? '' : operand(attr, change.from);
      const to = change.to === undefined ? '' : operand(attr, change.to);
      const how = change.by === undefined ? [from, to].filter(Boolean).join(' → ') : `± ${change.by}`;
      return t('rule.change', { attr: label(attr), how, window: duration(window) }).replace('  ', ' ');
    }
    return comparison(condition);
  }

  function part(condition: Condition): string {
    const text = conditionText(condition);
    return 'all' in condition || 'any' in condition ? `(${text})` : text;
  }

  /** What raises an alarm of the rule. */
  function raiseText({ when, for: held, absence }: RuleDocument): string {
    const silence = absence && t('rule.silence', { after: absence.after ? duration(absence.after) : t('rule.usual') });
    const value = when && conditionText(when) + (held ? ` ${t('rule.for', { duration: duration(held) })}` : '');
    return [value, silence].filter(Boolean).join(` ${t('rule.or')} `);
  }

  /** What a rule watches: the types, and where. */
  function watchedText({ scope: { types = [] } }: RuleDocument): string {
    return types.map(kindOf).join(', ');
  }

  return { conditionText, raiseText, watchedText };
}
