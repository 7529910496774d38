import { inLanguage, LANGUAGES, type Language } from '@alzette/kit/languages';
import { wordFor } from '@alzette/ngsi-ld-schemas/words';
import type { RuleDocument, Words } from '../contract/rule.ts';
import { attributeOf } from '../document/known-attributes.ts';
import type { Cause } from '../evaluate/compile-rule.ts';
import type { Reading } from '../evaluate/condition.ts';
import type { Value } from '../evaluate/series.ts';
import type { EntityFacts } from './book-alarm.ts';

const SILENT: Words = {
  fr: '{entity} ne transmet plus',
  en: '{entity} has stopped reporting',
  de: '{entity} sendet nicht mehr',
  lb: '{entity} schéckt näischt méi',
};
const GROUP: Words = {
  fr: '{rule} : {count} alarmes',
  en: '{rule}: {count} alarms',
  de: '{rule}: {count} Alarme',
  lb: '{rule}: {count} Alarmer',
};
const LOOP: Words = {
  fr: '{rule} : les écritures de {entity} se répètent sans fin et sont arrêtées',
  en: '{rule}: writes of {entity} repeat without end and have been stopped',
  de: '{rule}: Schreibvorgänge von {entity} wiederholen sich endlos und wurden gestoppt',
  lb: '{rule}: D’Schreiwe vu(n) {entity} widderhëlt sech ouni Enn a gouf gestoppt',
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
  const [first] = readings;
  const own =
    cause === 'absence' ? (rule.absence?.text ?? SILENT) : (rule.steps?.[level - 1]?.text ?? rule.text ?? named(rule));
  return filled(own, (name, language) => {
    if (name === 'entity') return entity.name ?? entity.id;
    if (name === 'rule') return inLanguage(rule.name, language);
    if (name === 'value') return shown(rule, first?.attr ?? name, first?.value, language);
    return shown(rule, name, values.get(name), language);
  });
}

export function groupText(rule: RuleDocument, count: number): Words {
  return filled(GROUP, (name, language) => (name === 'rule' ? inLanguage(rule.name, language) : String(count)));
}

export function loopText(rule: RuleDocument, entity: EntityFacts): Words {
  return filled(LOOP, (name, language) =>
    name === 'rule' ? inLanguage(rule.name, language) : (entity.name ?? entity.id),
  );
}

function named({ name }: RuleDocument): Words {
  const { de, lb } = name;
  return {
    fr: `${name.fr} : {entity}`,
    en: `${name.en}: {entity}`,
    ...(de !== undefined && { de: `${de}: {entity}` }),
    ...(lb !== undefined && { lb: `${lb}: {entity}` }),
  };
}

/** In the languages of `words`. */
function filled(words: Words, value: (name: string, language: Language) => string): Words {
  const fill = (text: string, language: Language) =>
    text.replaceAll(/\{([A-Za-z][A-Za-z0-9_]*)\}/g, (_, name) => value(name, language));
  const others = LANGUAGES.flatMap((language) => {
    const text = words[language];
    return text === undefined ? [] : [[language, fill(text, language)]];
  });
  return { fr: fill(words.fr, 'fr'), en: fill(words.en, 'en'), ...Object.fromEntries(others) };
}

/** A value as people write it: a code of the data models by its word, a level from 0 to 1 in percent. */
function shown({ scope }: RuleDocument, attribute: string, value: Value | undefined, language: Language): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number') {
    return isLevel(attributeOf(scope.types, attribute))
      ? value.toLocaleString(language, { style: 'percent', maximumFractionDigits: 0 })
      : value.toLocaleString(language, { maximumFractionDigits: 2 });
  }
  if (typeof value === 'string') return wordFor(attribute, value, language) ?? value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isLevel(attribute: ReturnType<typeof attributeOf>): boolean {
  return attribute?.unit === 'C62' && attribute.schema.minimum === 0 && attribute.schema.maximum === 1;
}
