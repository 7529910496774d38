import { type Model, modelOfIri, models as ownModels } from '@alzette/ngsi-ld-schemas/models';
import { compileModel, type SchemaCheck } from '@alzette/ngsi-ld-schemas/validation/compile';
import type { ModelPolicy, ModelStore, ValidationMode } from './model-store.ts';

/** A model with its compiled schema. */
interface ReadyModel {
  readonly model: Model;
  readonly check: SchemaCheck;
}

/** The known models, built in and installed at run time, with the validation policies. Kept in memory. */
export class Models {
  readonly #store: ModelStore;
  readonly #compiled = new WeakMap<Model, SchemaCheck>();
  #installed = new Map<string, Model>();
  #modes = new Map<string, ValidationMode>();
  #stop: (() => Promise<void>) | undefined;

  constructor(store: ModelStore) {
    this.#store = store;
  }

  /** Loads the stored models, and reloads them whenever they change. */
  async start(
    onError: (error: unknown) => void,
    onReloading: (taking: Promise<void>) => void = () => {},
  ): Promise<void> {
    this.#stop = await this.#store.onChange(() => onReloading(this.#load().catch(onError)));
    await this.#load();
  }

  async close(): Promise<void> {
    await this.#stop?.();
  }

  async #load(): Promise<void> {
    const [models, policies] = await Promise.all([this.#store.models(), this.#store.policies()]);
    this.#installed = new Map(models.map(({ tenant, model }) => [key(tenant, model.iri), model]));
    this.#modes = new Map(policies.map(({ tenant, type, mode }) => [key(tenant, type), mode]));
  }

  /** The tenant's own model of a type, otherwise the built-in one. */
  find(tenant: string, iri: string): ReadyModel | undefined {
    const model = this.#installed.get(key(tenant, iri)) ?? modelOfIri(iri);
    if (model === undefined) return undefined;
    let check = this.#compiled.get(model);
    if (check === undefined) {
      check = compileModel(model);
      this.#compiled.set(model, check);
    }
    return { model, check };
  }

  /** Whether any type of any tenant is validated. */
  get areTypesValidated(): boolean {
    return this.#modes.size > 0;
  }

  /** The policy for a type, mostly `off`. */
  mode(tenant: string, iri: string): ValidationMode {
    if (this.#modes.size === 0) return 'off';
    return this.#modes.get(key(tenant, iri)) ?? this.#modes.get(key(tenant, '')) ?? 'off';
  }

  list(tenant: string): { readonly model: Model; readonly installed: boolean }[] {
    const prefix = key(tenant, '');
    const installed = [...this.#installed].filter(([name]) => name.startsWith(prefix)).map(([, model]) => model);
    const hidden = new Set(installed.map(({ iri }) => iri));
    return [
      ...installed.map((model) => ({ model, installed: true })),
      ...ownModels.filter(({ iri }) => !hidden.has(iri)).map((model) => ({ model, installed: false })),
    ];
  }

  policies(tenant: string): Omit<ModelPolicy, 'tenant'>[] {
    const prefix = key(tenant, '');
    return [...this.#modes].flatMap(([name, mode]) =>
      name.startsWith(prefix) ? [{ type: name.slice(prefix.length), mode }] : [],
    );
  }

  /** @throws Error: its schema is invalid */
  async install(tenant: string, model: Model): Promise<StoredModel> {
    const uncheckedPatterns: string[] = [];
    compileModel(model, { onUncheckedPattern: (pattern) => uncheckedPatterns.push(pattern) });
    const contextVersion = await this.#store.save(tenant, model);
    await this.#load();
    return { contextVersion, uncheckedPatterns };
  }

  async remove(tenant: string, iri: string): Promise<boolean> {
    const removed = await this.#store.remove(tenant, iri);
    await this.#load();
    return removed;
  }

  async setPolicy(policy: ModelPolicy): Promise<void> {
    await this.#store.setPolicy(policy);
    await this.#load();
  }

  async removePolicy(tenant: string, type: string): Promise<boolean> {
    const removed = await this.#store.removePolicy(tenant, type);
    await this.#load();
    return removed;
  }
}

interface StoredModel {
  /** The version of the @context with the terms of all models installed by the tenant. */
  readonly contextVersion: number;
  /** Patterns in its schema that are not checked. */
  readonly uncheckedPatterns: readonly string[];
}

function key(tenant: string, type: string): string {
  return `${tenant} ${type}`;
}
