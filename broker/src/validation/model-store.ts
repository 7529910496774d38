import type { Model } from '@alzette/ngsi-ld-schemas/models';
import { contextOf } from '@alzette/ngsi-ld-schemas/models';
import type { Database, Queryable } from '../database/database.ts';

export type ValidationMode = 'off' | 'warn' | 'reject';

export interface InstalledModel {
  readonly tenant: string;
  readonly model: Model;
}

export interface ModelPolicy {
  readonly tenant: string;
  /** Expanded; '' applies to all types without a policy of their own. */
  readonly type: string;
  readonly mode: ValidationMode;
}

/** The tables `model` and `model_policy`. */
export interface ModelStore {
  models(): Promise<InstalledModel[]>;
  policies(): Promise<ModelPolicy[]>;
  /** Returns the version of the @context of the tenant's models, which is a new one if their terms have changed. */
  save(tenant: string, model: Model): Promise<number>;
  /** False if the tenant has no such model. Versions of @contexts are kept. */
  remove(tenant: string, iri: string): Promise<boolean>;
  setPolicy(policy: ModelPolicy): Promise<void>;
  removePolicy(tenant: string, type: string): Promise<boolean>;
  /** Calls back when any process has changed one of the tables. Returns a function that stops it. */
  onChange(changed: () => void): Promise<() => Promise<void>>;
}

const CHANNEL = 'models';
const MODELS = 'SELECT tenant, document FROM model ORDER BY tenant, iri';
const POLICIES = 'SELECT tenant, type, mode FROM model_policy ORDER BY tenant, type';
const SAVE = `
  INSERT INTO model (tenant, iri, document) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, iri) DO UPDATE SET document = excluded.document, installed_at = now()`;
const REMOVE = 'DELETE FROM model WHERE tenant = $1 AND iri = $2';
const SET_POLICY = `
  INSERT INTO model_policy (tenant, type, mode) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, type) DO UPDATE SET mode = excluded.mode`;
const REMOVE_POLICY = 'DELETE FROM model_policy WHERE tenant = $1 AND type = $2';
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.model-context', 0))`;
const MODELS_OF = 'SELECT document FROM model WHERE tenant = $1 ORDER BY installed_at, iri';
const LATEST_CONTEXT = 'SELECT version, document FROM model_context WHERE tenant = $1 ORDER BY version DESC LIMIT 1';
const ADD_CONTEXT = 'INSERT INTO model_context (tenant, version, document) VALUES ($1, $2, $3)';
const TELL = `SELECT send_message('${CHANNEL}', '')`;

export function modelStore(db: Database): ModelStore {
  async function change(text: string, values: readonly unknown[]): Promise<boolean> {
    const { rowCount } = await db.query({ text, values });
    await db.query({ text: TELL });
    return rowCount > 0;
  }

  return {
    async models() {
      const { rows } = await db.query<{ tenant: string; document: string }>({ text: MODELS });
      return rows.map(({ tenant, document }) => ({ tenant, model: JSON.parse(document) as Model }));
    },
    policies: async () => (await db.query<ModelPolicy>({ text: POLICIES })).rows,
    async save(tenant, model) {
      const version = await db.transaction(async (tx) => {
        await tx.query({ text: LOCK });
        await tx.query({ text: SAVE, values: [tenant, model.iri, JSON.stringify(model)] });
        return contextVersion(tx, tenant);
      });
      await db.query({ text: TELL });
      return version;
    },
    remove: (tenant, iri) => change(REMOVE, [tenant, iri]),
    setPolicy: async ({ tenant, type, mode }) => void (await change(SET_POLICY, [tenant, type, mode])),
    removePolicy: (tenant, type) => change(REMOVE_POLICY, [tenant, type]),
    onChange: (changed) => db.listen(CHANNEL, changed),
  };
}

async function contextVersion(tx: Queryable, tenant: string): Promise<number> {
  const { rows: models } = await tx.query<{ document: string }>({ text: MODELS_OF, values: [tenant] });
  const terms = JSON.stringify(contextOf(models.map(({ document }) => JSON.parse(document) as Model)));
  const { rows } = await tx.query<{ version: number; document: string }>({ text: LATEST_CONTEXT, values: [tenant] });
  const { version = 0, document } = rows[0] ?? {};
  if (document === terms) return version;
  await tx.query({ text: ADD_CONTEXT, values: [tenant, version + 1, terms] });
  return version + 1;
}
