import type { Queryable } from '@alzette/kit/database';
import type { TrainedModel } from './train.ts';

const NAME = 'reports';
const READ = 'SELECT document::text AS document FROM insights.model WHERE tenant = $1 AND name = $2';
const KEEP = `
  INSERT INTO insights.model (tenant, name, document) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, name) DO UPDATE SET document = excluded.document, trained_at = excluded.trained_at`;
const FORGET = 'DELETE FROM insights.model WHERE tenant = $1 AND name = $2';

/** The latest model of a tenant's reports. */
export async function readModel(db: Queryable, tenant: string): Promise<TrainedModel | undefined> {
  const { rows } = await db.query<{ document: string }>({ text: READ, values: [tenant, NAME] });
  return rows[0] && (JSON.parse(rows[0].document) as TrainedModel);
}

export async function keepModel(db: Queryable, tenant: string, model: TrainedModel): Promise<void> {
  await db.query({ text: KEEP, values: [tenant, NAME, JSON.stringify(model)] });
}

export async function forgetModel(db: Queryable, tenant: string): Promise<void> {
  await db.query({ text: FORGET, values: [tenant, NAME] });
}
