import type { Database } from '../../database/database.ts';
import { tenantOfSpace } from '../../model/snapshot-space.ts';
import { DeviationUses } from './deviation-uses.ts';

/** NOTIFY channel for changes of a tenant's settings. */
const CHANNEL = 'tenant_interop';
/** A NOTIFY may be lost while the connection is down. */
const RELOAD_EVERY_MS = 30_000;

const SELECT_ALL = `
  SELECT of_tenant, default_context AS "defaultContext", lenient, version FROM tenant_interop`;

const SET = `
  WITH set AS (
    INSERT INTO tenant_interop (of_tenant, default_context, lenient, version) VALUES ($1, $2, $3, $4)
    ON CONFLICT (of_tenant) DO UPDATE SET default_context = excluded.default_context, lenient = excluded.lenient,
      version = excluded.version
    RETURNING of_tenant)
  SELECT send_message('${CHANNEL}', '') FROM set`;

const REMOVE = `
  WITH removed AS (DELETE FROM tenant_interop WHERE of_tenant = $1 RETURNING of_tenant)
  SELECT send_message('${CHANNEL}', '') FROM removed`;

/** How a tenant handles clients that deviate from the standard. */
export interface Interop {
  /** The @context URL for requests without one. Absent: the core @context. */
  readonly defaultContext?: string;
  /** Whether deviations of older clients are tolerated, with a warning. */
  readonly lenient: boolean;
  /** Of the API for requests that prefer none. Absent: 1.9. */
  readonly version?: ApiVersion;
}

/** 2.0 is a draft. */
export const API_VERSIONS = ['1.9', '2.0'] as const;

type ApiVersion = (typeof API_VERSIONS)[number];

/** A tenant's own settings. Absent ones are those of the process. */
export interface TenantInterop {
  /** '': the core @context, whatever the setting of the process. */
  readonly defaultContext?: string;
  readonly lenient?: boolean;
  readonly version?: ApiVersion;
}

const STRICT: Interop = { lenient: false };

/** The interoperability settings of tenants, in memory. If no tenant has any, a request only checks a flag. */
export class InteropSettings {
  readonly #db: Database;
  readonly #common: Interop;
  /** Which clients need leniency. */
  readonly uses: DeviationUses;
  #known = new Map<string, TenantInterop>();
  #resolved = new Map<string, Interop>();
  #timer: NodeJS.Timeout | undefined;
  #stopListening = async () => {};
  #isUsed = false;

  private constructor(db: Database, common: Interop, onError: (error: unknown) => void) {
    this.#db = db;
    this.#common = common;
    this.uses = new DeviationUses(db, onError);
  }

  /** @param common the settings for tenants without their own, including the default tenant */
  static async open(db: Database, common: Interop, onError: (error: unknown) => void): Promise<InteropSettings> {
    const settings = new InteropSettings(db, common, onError);
    const reload = () => void settings.#load().catch(onError);
    settings.#stopListening = await db.listen(CHANNEL, reload);
    await settings.#load();
    settings.#timer = setInterval(reload, RELOAD_EVERY_MS).unref();
    return settings;
  }

  /** Whether any tenant deviates from the standard. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** For a tenant, or for the tenant to which a space belongs. */
  of(tenant: string): Interop {
    if (!this.#isUsed) return STRICT;
    const name = tenantOfSpace(tenant);
    let found = this.#resolved.get(name);
    if (found === undefined && this.#known.has(name)) {
      found = this.#merged(this.#known.get(name) ?? {});
      this.#resolved.set(name, found);
    }
    return found ?? this.#common;
  }

  /** The tenant's own settings. */
  own(tenant: string): TenantInterop {
    return this.#known.get(tenant) ?? {};
  }

  async set(tenant: string, { defaultContext, lenient, version }: TenantInterop): Promise<void> {
    await this.#db.query({ text: SET, values: [tenant, defaultContext, lenient, version] });
    await this.#load();
  }

  async remove(tenant: string): Promise<void> {
    await this.#db.query({ text: REMOVE, values: [tenant] });
    await this.#load();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.uses.close();
    await this.#stopListening();
  }

  #merged(own: TenantInterop): Interop {
    const defaultContext = own.defaultContext ?? this.#common.defaultContext;
    const lenient = own.lenient ?? this.#common.lenient;
    const { version } = own;
    return { lenient, ...(defaultContext && { defaultContext }), ...(version && { version }) };
  }

  async #load(): Promise<void> {
    type Row = {
      of_tenant: string;
      defaultContext: string | null;
      lenient: boolean | null;
      version: ApiVersion | null;
    };
    const { rows } = await this.#db.query<Row>({ name: 'tenant-interop', text: SELECT_ALL });
    this.#known = new Map(
      rows.map(({ of_tenant, defaultContext, lenient, version }) => [
        of_tenant,
        {
          ...(defaultContext !== null && { defaultContext }),
          ...(lenient !== null && { lenient }),
          ...(version !== null && { version }),
        },
      ]),
    );
    this.#resolved = new Map();
    const all = [this.#common, ...[...this.#known.values()].map((own) => this.#merged(own))];
    this.#isUsed = all.some(deviates);
  }
}

/** Whether requests are handled otherwise than 1.9.1 says. */
export function deviates({ lenient, defaultContext, version = '1.9' }: Interop): boolean {
  return lenient || defaultContext !== undefined || version !== '1.9';
}
