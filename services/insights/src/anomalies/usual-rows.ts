import type { Queryable } from '@alzette/kit/database';
import type { UsualValues } from '@alzette/kit/forecasting';

/** The learned values of an attribute of an entity. */
export interface KeptUsual {
  readonly entity: string;
  readonly attribute: string;
  /** Absent: too little was known when it was learned. */
  readonly usual?: UsualValues;
  readonly learnedAt: Date;
}

const READ = `
  SELECT entity, attribute, document::text AS document, learned_at FROM insights.usual
  WHERE tenant = $1 AND attribute = $2 AND entity = ANY ($3::text[])`;
const KEEP = `
  INSERT INTO insights.usual (tenant, entity, attribute, document) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant, entity, attribute) DO UPDATE SET document = excluded.document, learned_at = excluded.learned_at`;
const FORGET = 'DELETE FROM insights.usual WHERE tenant = $1';
const FORGET_OLD = `DELETE FROM insights.usual WHERE tenant = $1 AND learned_at < now() - interval '7 days'`;
const SCORES = 'SELECT entity, score FROM insights.told WHERE tenant = $1';
const KEEP_SCORE = `
  INSERT INTO insights.told (tenant, entity, score) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, entity) DO UPDATE SET score = excluded.score`;
const FORGET_SCORES = 'DELETE FROM insights.told WHERE tenant = $1';

export async function readUsual(
  db: Queryable,
  tenant: string,
  attribute: string,
  entities: readonly string[],
): Promise<Map<string, KeptUsual>> {
  const { rows } = await db.query<{ entity: string; attribute: string; document: string; learned_at: Date }>({
    text: READ,
    values: [tenant, attribute, [...entities]],
  });
  return new Map(
    rows.map(({ entity, document, learned_at: learnedAt }) => {
      const usual = JSON.parse(document) as UsualValues | null;
      return [entity, { entity, attribute, ...(usual !== null && { usual }), learnedAt }];
    }),
  );
}

export async function keepUsual(
  db: Queryable,
  tenant: string,
  { entity, attribute }: Pick<KeptUsual, 'entity' | 'attribute'>,
  usual: UsualValues | undefined,
): Promise<void> {
  await db.query({ text: KEEP, values: [tenant, entity, attribute, JSON.stringify(usual ?? null)] });
}

/** Deletes the values of entities that no longer exist. */
export async function forgetOldUsual(db: Queryable, tenant: string): Promise<void> {
  await db.query({ text: FORGET_OLD, values: [tenant] });
}

/** The last written scores of entities, by id. */
export async function readScores(db: Queryable, tenant: string): Promise<Map<string, number>> {
  const { rows } = await db.query<{ entity: string; score: number }>({ text: SCORES, values: [tenant] });
  return new Map(rows.map(({ entity, score }) => [entity, score]));
}

export async function keepScore(db: Queryable, tenant: string, entity: string, score: number): Promise<void> {
  await db.query({ text: KEEP_SCORE, values: [tenant, entity, score] });
}

/** Deletes everything learned and written in a tenant. */
export async function forgetAll(db: Queryable, tenant: string): Promise<void> {
  await db.query({ text: FORGET, values: [tenant] });
  await db.query({ text: FORGET_SCORES, values: [tenant] });
}
