import type { RuleDocument, Words } from '../document/rule.ts';
import type { Cause } from '../evaluate/compile-rule.ts';
import type { Reading } from '../evaluate/condition.ts';
import type { Value } from '../evaluate/series.ts';
import type { EntityFacts } from './book-alarm.ts';

const SILENT: Words = { fr: '{entity} ne transmet plus', en: '{entity} has stopped reporting' };
const GROUP: Words = { fr: '{rule} : {count} alarmes', en: '{rule}: {count} alarms' };
const LOOP: Words = {
  fr: '{rule} : les écritures de {entity} se répètent sans fin et sont arrêtées',
  en: '{rule}: writes of {entity} repeat without end and have been stopped',
};

/** The text of an alarm in each language. @param level the number of severity steps it has reached */
export function alarmText(
  rule: RuleDocument,
  cause: Cause,
  entity: EntityFacts,
  readings: readonly Reading[],
  level = 0,
): Words {
  const values = new Map(readings.map(({ attr, value }) => [attr, value]));
  const first = readings[0]?.value;
  const own =
    cause === 'absence' ? (rule.absence?.text ?? SILENT) : (rule.steps?.[level - 1]?.text ?? rule.text ?? named(rule));
  return filled(own, (name, language) => {
    if (name === 'entity') return entity.name ?? entity.id;
    if (name === 'rule') return rule.name[language];
    return shown(name === 'value' ? first : values.get(name), language);
  });
}

export function groupText(rule: RuleDocument, count: number): Words {
  return filled(GROUP, (name, language) => (name === 'rule' ? rule.name[language] : String(count)));
}

export function loopText(rule: RuleDocument, entity: EntityFacts): Words {
  return filled(LOOP, (name, language) => (name === 'rule' ? rule.name[language] : (entity.name ?? entity.id)));
}

function named({ name }: RuleDocument): Words {
  return { fr: `${name.fr} : {entity}`, en: `${name.en}: {entity}` };
}

function filled(words: Words, value: (name: string, language: 'fr' | 'en') => string): Words {
  const fill = (language: 'fr' | 'en') =>
    words[language].replaceAll(/\{([A-Za-z][A-Za-z0-9_]*)\}/g, (_, name) => value(name, language));
  return { fr: fill('fr'), en: fill('en') };
}

function shown(value: Value | undefined, language: 'fr' | 'en'): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number') return value.toLocaleString(language, { maximumFractionDigits: 2 });
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
