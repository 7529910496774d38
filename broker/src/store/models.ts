import type { Model } from '@alzette/ngsi-ld-schemas/models';
import type { Database } from './database.ts';

export type ValidationMode = 'off' | 'warn' | 'reject';

export interface InstalledModel {
  readonly tenant: string;
  readonly model: Model;
}

export interface ModelPolicy {
  readonly tenant: string;
  /** Expanded; '' speaks for all types without a line of their own. */
  readonly type: string;
  readonly mode: ValidationMode;
}

/** The tables `model` and `model_policy`. */
export interface ModelStore {
  models(): Promise<InstalledModel[]>;
  policies(): Promise<ModelPolicy[]>;
  save(tenant: string, model: Model): Promise<void>;
  /** False when the tenant has none of that IRI. */
  remove(tenant: string, iri: string): Promise<boolean>;
  setPolicy(policy: ModelPolicy): Promise<void>;
  removePolicy(tenant: string, type: string): Promise<boolean>;
  /** Calls back when any process changed one of the tables. Resolves to the undoing. */
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
const TELL = `SELECT pg_notify('${CHANNEL}', '')`;

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
    save: async (tenant, model) => void (await change(SAVE, [tenant, model.iri, JSON.stringify(model)])),
    remove: (tenant, iri) => change(REMOVE, [tenant, iri]),
    setPolicy: async ({ tenant, type, mode }) => void (await change(SET_POLICY, [tenant, type, mode])),
    removePolicy: (tenant, type) => change(REMOVE_POLICY, [tenant, type]),
    onChange: (changed) => db.listen(CHANNEL, changed),
  };
}
