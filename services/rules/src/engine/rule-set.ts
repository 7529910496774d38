import { createHash } from 'node:crypto';
import { convert } from '@alzette/ngsi-ld-schemas/units';
import { parentAttributesOf } from '../alarm-register/book-alarm.ts';
import type { Holidays } from '../contract/calendar.ts';
import type { RuleDocument, RuleScope } from '../contract/rule.ts';
import { attributeOf } from '../document/known-attributes.ts';
import type { CalendarPlace } from '../evaluate/calendar-hours.ts';
import { type CompiledRule, compileRule } from '../evaluate/compile-rule.ts';
import type { StoredRule } from '../store/rule-rows.ts';

/** The facts about the territory that rules need. */
export interface TerritoryFacts {
  readonly place: CalendarPlace;
  /** The holiday calendar of an entity with these scopes. */
  holidaysOf(scopes: readonly string[]): Holidays;
}

/** The rules with the same entity selection; they share one subscription. */
export interface ScopedRules {
  readonly key: string;
  readonly scope: RuleScope;
  readonly rules: readonly CompiledRule[];
  /** The attributes that rules read; their changes are notified. */
  readonly watched: readonly string[];
  /** The other attributes in the notifications. */
  readonly carried: readonly string[];
}

/** The attributes of an entity that alarms show. */
const SHOWN = ['name', 'location'];

/** The active rules of a tenant, compiled. */
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

  /** A fingerprint that changes when rules of a scope read something else. */
  evaluationOf({ rules }: ScopedRules): string {
    return rules.map(({ id, version }) => `${id} ${version}`).join(' ');
  }

  /** The rules for an entity in these scopes. */
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

/** Converts numbers of a rule to the units of the models of its types. */
export function inModelUnits({ scope: { types } }: RuleDocument) {
  return (attr: string, value: number, unit: string | undefined): number => {
    const own = attributeOf(types, attr)?.unit;
    return unit === undefined || own === undefined ? value : (convert(value, unit, own) ?? value);
  };
}

/** Equal for rules with the same entity selection. */
function scopeKey({ types, q = '', scopeQ = '', area }: RuleScope): string {
  const text = JSON.stringify([[...types].sort(), q, scopeQ, area ?? null]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
