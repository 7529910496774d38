import { createHash } from 'node:crypto';
import { convert } from '@alzette/ngsi-ld-schemas/units';
import { parentAttributesOf } from '../book/book-alarm.ts';
import type { Holidays } from '../calendar/calendar.ts';
import { attributeOf } from '../document/known-attributes.ts';
import type { RuleDocument, RuleScope } from '../document/rule.ts';
import type { CalendarPlace } from '../evaluate/calendar-hours.ts';
import { type CompiledRule, compileRule } from '../evaluate/compile-rule.ts';
import type { StoredRule } from '../store/rule-rows.ts';

/** What rules need to know of the territory. */
export interface TerritoryFacts {
  readonly place: CalendarPlace;
  /** Whose public holidays an entity of these scopes has. */
  holidaysOf(scopes: readonly string[]): Holidays;
}

/** The rules on the same choice of entities, which are told of by one subscription. */
export interface ScopedRules {
  readonly key: string;
  readonly scope: RuleScope;
  readonly rules: readonly CompiledRule[];
  /** The attributes that rules look at: a change of one of them is told. */
  readonly watched: readonly string[];
  /** What else is told with it. */
  readonly carried: readonly string[];
}

/** What alarms show of an entity. */
const SHOWN = ['name', 'location'];

/** The rules of a tenant that are on, ready to be followed. */
export class RuleSet {
  readonly #rules: ReadonlyMap<string, StoredRule>;
  readonly scopes: ReadonlyMap<string, ScopedRules>;
  readonly #byScopes = new Map<string, readonly CompiledRule[]>();

  constructor(rules: readonly StoredRule[], place: CalendarPlace) {
    const enabled = rules.filter(({ isEnabled }) => isEnabled);
    this.#rules = new Map(enabled.map((rule) => [rule.document.id, rule]));
    const scopes = new Map<string, { scope: RuleScope; rules: CompiledRule[]; carried: Set<string> }>();
    for (const stored of enabled) {
      const { scope } = stored.document;
      const key = scopeKey(scope);
      const scoped = scopes.get(key) ?? { scope, rules: [], carried: new Set(SHOWN) };
      scoped.rules.push(compileStored(stored, place));
      for (const attr of parentAttributesOf(stored.document)) scoped.carried.add(attr);
      scopes.set(key, scoped);
    }
    this.scopes = new Map(
      [...scopes].map(([key, { scope, rules, carried }]) => {
        const watched = [...new Set(rules.flatMap(({ attrs }) => attrs))].sort();
        const others = [...carried].filter((attr) => !watched.includes(attr)).sort();
        return [key, { key, scope, rules, watched, carried: others }];
      }),
    );
  }

  get(id: string): StoredRule | undefined {
    return this.#rules.get(id);
  }

  /** What changes when rules of a scope look at something else than before. */
  evaluationOf({ rules }: ScopedRules): string {
    return rules.map(({ id, version }) => `${id} ${version}`).join(' ');
  }

  /** The rules on an entity that has been seen in these scopes. */
  rulesIn(scopes: readonly string[]): readonly CompiledRule[] {
    const key = scopes.join(' ');
    const known = this.#byScopes.get(key) ?? scopes.flatMap((scope) => this.scopes.get(scope)?.rules ?? []);
    this.#byScopes.set(key, known);
    return known;
  }
}

export function compileStored({ document, evaluatedSince, silenceMs }: StoredRule, place: CalendarPlace): CompiledRule {
  return compileRule(document, evaluatedSince, { place, inUnitOf: inModelUnits(document) }, silenceMs);
}

/** Numbers of a rule in the units in which the models of its types keep the attributes. */
export function inModelUnits({ scope: { types } }: RuleDocument) {
  return (attr: string, value: number, unit: string | undefined): number => {
    const own = attributeOf(types, attr)?.unit;
    return unit === undefined || own === undefined ? value : (convert(value, unit, own) ?? value);
  };
}

/** The same for rules that choose the same entities. */
function scopeKey({ types, q = '', scopeQ = '', area }: RuleScope): string {
  const text = JSON.stringify([[...types].sort(), q, scopeQ, area ?? null]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
