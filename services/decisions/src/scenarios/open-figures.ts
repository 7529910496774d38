import { type Entity, queryAll } from '@alzette/ngsi-ld-schemas';
import { unitOfName } from '../model/compile-model.ts';
import type { DatasetOffered } from '../ports.ts';
import { type Asked, KPI, WriteRefused } from '../statistics/kpi-entities.ts';
import type { Kept } from '../stored/document-rows.ts';
import type { SavedScenario } from './saved-scenario.ts';

const PROCESS = 'scenario';
const BALANCE = { fr: 'Bilan actualisé', unit: 'EUR' } as const;
const MOST_AT_ONCE = 500;

/** The dataset of all published scenarios; it is made with the first one. */
export const DATASET_ID = 'scenarios-compares';

/** A row for each figure of each variant, which anyone may read. */
export const DATASET: Omit<DatasetOffered, 'contact'> = {
  title: { fr: 'Scénarios comparés', en: 'Scenarios compared' },
  description: {
    fr: 'Les chiffres des scénarios que la collectivité a publiés avant de décider : chaque variante à côté de « comme aujourd’hui », avec les bornes de neuf cas sur dix. Ce sont des calculs, pas des mesures.',
    en: 'The figures of the scenarios that the community published before deciding: each variant beside "as today", with the ends of nine cases in ten. They are computed, not measured.',
  },
  keywords: ['décision', 'scénario', 'simulation'],
  theme: 'GOVE',
  source: { types: [KPI], q: `process=="${PROCESS}"`, content: { kind: 'current' } },
  columns: [
    { name: 'scenario', attribute: 'scenarioTitle', kind: 'text', title: { fr: 'Scénario', en: 'Scenario' } },
    { name: 'version', attribute: 'scenarioVersion', kind: 'number', title: { fr: 'Version', en: 'Version' } },
    { name: 'modele', attribute: 'model', kind: 'text', title: { fr: 'Modèle', en: 'Model' } },
    { name: 'variante', attribute: 'variant', kind: 'text', title: { fr: 'Variante', en: 'Variant' } },
    { name: 'choisie', attribute: 'isChosen', kind: 'boolean', title: { fr: 'Choisie', en: 'Chosen' } },
    { name: 'chiffre', attribute: 'figure', kind: 'text', title: { fr: 'Chiffre', en: 'Figure' } },
    { name: 'unite', attribute: 'unitText', kind: 'text', title: { fr: 'Unité', en: 'Unit' } },
    { name: 'valeur', attribute: 'kpiValue', kind: 'number', title: { fr: 'Valeur', en: 'Value' } },
    { name: 'de', attribute: 'kpiLow', kind: 'number', title: { fr: '5e centile', en: '5th percentile' } },
    { name: 'a', attribute: 'kpiHigh', kind: 'number', title: { fr: '95e centile', en: '95th percentile' } },
  ],
  geometry: false,
  frequency: 'daily',
};

/** Replaces the figures that are published of a scenario. Returns their number. @throws WriteRefused */
export async function publishFigures(
  asked: Asked,
  kept: Kept<SavedScenario>,
  scopes: readonly string[],
): Promise<number> {
  const { client, tenant, context } = asked;
  const figures = figuresOf(kept, scopes);
  await withdrawFigures(asked, kept.id, new Set(figures.map(({ id }) => id)));
  for (let at = 0; at < figures.length; at += MOST_AT_ONCE) {
    const { errors } = await client.batchUpsert(figures.slice(at, at + MOST_AT_ONCE), { tenant, context });
    const [fault] = errors;
    if (fault !== undefined) throw new WriteRefused(`${fault.entityId}: ${fault.error.detail ?? fault.error.title}`);
  }
  return figures.length;
}

/** @param others that stay */
export async function withdrawFigures(
  { client, tenant, context }: Asked,
  scenario: string,
  others: ReadonlySet<string> = new Set(),
): Promise<void> {
  const q = `process=="${PROCESS}";scenario=="${scenario}"`;
  const query = { type: KPI, q, pick: ['id', 'type'], limit: 1000, tenant, context };
  const found = await Array.fromAsync(queryAll<{ id: string }>(client, query));
  for (const { id } of found) if (!others.has(id)) await client.deleteEntity(id, { tenant, context });
}

function figuresOf({ id, version, changedAt, document }: Kept<SavedScenario>, scopes: readonly string[]): Entity[] {
  const { scenario, model, result } = document;
  const titles = new Map(model.outputs.map(({ id: output, title, is }) => [output, { title, is }]));
  return [result.today, ...result.variants].flatMap((variant, place) => {
    const name = place === 0 ? 'Comme aujourd’hui' : variant.name;
    const balance = variant.balance ? [{ id: 'balance', ...variant.balance }] : [];
    return [...variant.outputs, ...balance].map(({ id: output, value, low, high }) => {
      const { title, is } = titles.get(output) ?? {};
      const figure = title?.fr ?? BALANCE.fr;
      return entityOf(`${id}:${place}:${output}`, scopes, {
        name: `${scenario.title} – ${name} – ${figure}`,
        process: PROCESS,
        product: `${id}/${output}`,
        calculationMethod: 'automatic',
        scenario: id,
        scenarioTitle: scenario.title,
        scenarioVersion: version,
        model: scenario.model,
        variant: name,
        isChosen: scenario.chosen?.variant === place - 1,
        figure,
        unitText: is === undefined ? BALANCE.unit : unitOfName(model, is),
        kpiValue: value,
        kpiLow: low,
        kpiHigh: high,
        updatedAt: changedAt,
      });
    });
  });
}

function entityOf(id: string, scopes: readonly string[], attributes: Readonly<Record<string, unknown>>): Entity {
  return {
    id: `urn:ngsi-ld:${KPI}:${PROCESS}:${id}`,
    type: KPI,
    ...(scopes.length > 0 && { scope: [...scopes] }),
    ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { type: 'Property', value }])),
  };
}
