import { remembered } from '@alzette/kit/caches';
import type { Database } from '@alzette/kit/database';
import type { CommuneBoundary, Territories, TerritoryInfo, TerritoryShapes } from '@alzette/kit/service';
import { departmentIn, scopeOf } from '../folder/read-territory.ts';
import type { BaseMap, Territory } from '../territory-shape.ts';
import { CHANGED, type CollectivityRow, readCollectivities, readShapes, revisions } from './collectivity-rows.ts';

/** A NOTIFY may be lost while the connection is down. */
const LOOK_EVERY_MS = 30_000;
const SHAPES_BYTES = 48 * 1024 * 1024;
const SHAPES_FOR_MS = 3_600_000;

/** What a process keeps of a collectivity: a few kilobytes. Its shapes are read when somebody needs them. */
export interface TerritoryHead extends TerritoryInfo {
  readonly languages: readonly string[];
  readonly schematic: boolean;
  readonly notice: string;
  readonly tilesUrl?: string;
  readonly tilesAttribution?: string;
  readonly baseMap?: BaseMap;
  readonly colour?: string;
  /** Absent: the installation's own, of its folder. */
  readonly row?: CollectivityRow;
}

interface CollectivitiesOptions {
  /** Absent: there is only the territory of the folder. */
  readonly db?: Database;
  /** Of the default tenant, and of those without their own: that of the folder. */
  readonly first: Territory;
  /** The installation's own URL. Collectivities have its protocol and port. */
  readonly publicUrl: string;
  /** Its own hosts, which no collectivity can have. */
  readonly ownHosts?: readonly string[];
  readonly onError: (error: unknown) => void;
  /** Is told of the work after a change by another process, for those who wait until all know it. */
  readonly applying?: (work: Promise<unknown>) => void;
}

/** The collectivities of the installation, as every process has them in memory. */
export class Collectivities implements Territories {
  readonly #db: Database | undefined;
  readonly #first: TerritoryHead;
  readonly #publicUrl: URL;
  readonly ownHosts: ReadonlySet<string>;
  readonly #onError: (error: unknown) => void;
  readonly #shapesOf: (key: string) => Promise<TerritoryShapes>;
  readonly #onChange = new Set<() => void>();
  #byTenant = new Map<string, TerritoryHead>();
  #byHost = new Map<string, string>();
  #sites: readonly { readonly url: string; readonly name: string }[] = [];
  #loading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopListening = async () => {};

  private constructor({ db, first, publicUrl, ownHosts = [], onError }: CollectivitiesOptions) {
    this.#db = db;
    this.#first = first;
    this.#publicUrl = new URL(publicUrl);
    this.ownHosts = new Set([this.#publicUrl.hostname, ...ownHosts]);
    this.#onError = onError;
    const ofFirst = shapesOfFirst(first);
    this.#shapesOf = remembered(
      'territory shapes',
      async (key) => {
        const tenant = key.slice(key.indexOf(' ') + 1);
        return this.#db !== undefined && this.#byTenant.has(tenant) ? shapesOf(this.#db, tenant) : ofFirst;
      },
      { forMs: SHAPES_FOR_MS, mostBytes: SHAPES_BYTES },
    );
  }

  static async open(options: CollectivitiesOptions): Promise<Collectivities> {
    const opened = new Collectivities(options);
    const reload = () => {
      const work = opened.reload();
      options.applying?.(work);
      work.catch(options.onError);
    };
    if (options.db === undefined) return opened;
    opened.#stopListening = await options.db.listen(CHANGED, reload);
    await opened.reload();
    opened.#timer = setInterval(reload, LOOK_EVERY_MS).unref();
    return opened;
  }

  of(tenant: string): TerritoryHead {
    return this.#byTenant.get(tenant) ?? this.#first;
  }

  /** Undefined: the tenant has no territory of its own. */
  own(tenant: string): (TerritoryHead & { readonly row: CollectivityRow }) | undefined {
    const { row, ...head } = this.#byTenant.get(tenant) ?? {};
    return row && ({ ...head, row } as TerritoryHead & { row: CollectivityRow });
  }

  tenants(): readonly string[] {
    return [...this.#byTenant.keys()];
  }

  all(): readonly TerritoryHead[] {
    return [...this.#byTenant.values()];
  }

  shapes(tenant: string): Promise<TerritoryShapes> {
    // A new version is another key, so the one before is forgotten in time.
    return this.#shapesOf(`${this.#byTenant.get(tenant)?.row?.revision ?? 0} ${tenant}`);
  }

  publicUrl(tenant: string): string {
    const [host] = this.#byTenant.get(tenant)?.row?.hosts ?? [];
    return host === undefined ? this.#publicUrl.href.replace(/\/$/, '') : this.#urlOf(host);
  }

  #urlOf(host: string): string {
    const { protocol, port } = this.#publicUrl;
    return `${protocol}//${host}${port && `:${port}`}`;
  }

  /** Whether hosts mean anything. */
  get hasHosts(): boolean {
    return this.#byHost.size > 0;
  }

  /** All places where people use a collectivity, with its name. */
  sites(): readonly { readonly url: string; readonly name: string }[] {
    return this.#sites;
  }

  onChange(changed: () => void): () => void {
    this.#onChange.add(changed);
    return () => this.#onChange.delete(changed);
  }

  /** The tenant to whom a host belongs; undefined: to none. @param host in lower case, without port */
  tenantOf(host: string): string | undefined {
    return this.#byHost.get(host);
  }

  /** Whether requests to a host are answered here. */
  isServed(host: string): boolean {
    return this.ownHosts.has(host) || this.#byHost.has(host);
  }

  /** Where the collectivity of a host is if that is not its first; undefined: it is, or belongs to none. */
  mainUrlOf(host: string): string | undefined {
    const tenant = this.#byHost.get(host);
    const [main] = (tenant !== undefined && this.#byTenant.get(tenant)?.row?.hosts) || [];
    return main === undefined || main === host ? undefined : this.#urlOf(main);
  }

  /** Reads what is new. Resolves when this process knows all that was committed before. */
  async reload(): Promise<void> {
    while (this.#loading !== undefined) await this.#loading.catch(() => {}); // who began it reports it
    this.#loading = this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#stopListening();
    await this.#loading?.catch(this.#onError);
  }

  async #load(): Promise<void> {
    if (this.#db === undefined) return;
    const present = await revisions(this.#db);
    const isNew = ([tenant, revision]: readonly [string, number]) =>
      this.#byTenant.get(tenant)?.row?.revision !== revision;
    const news = [...present].filter(isNew).map(([tenant]) => tenant);
    const isGone = [...this.#byTenant.keys()].some((tenant) => !present.has(tenant));
    if (news.length === 0 && !isGone) return;
    const rows = news.length === 0 ? [] : await readCollectivities(this.#db, news);
    const kept = [...this.#byTenant].filter(([tenant]) => present.has(tenant));
    this.#byTenant = new Map([...kept, ...rows.map((row) => [row.tenant, headOf(row)] as const)]);
    const hosts = this.all().flatMap(({ row }) => row?.hosts.map((host) => [host, row.tenant] as const) ?? []);
    this.#byHost = new Map(hosts);
    this.#sites = hosts.map(([host, tenant]) => ({ url: this.#urlOf(host), name: this.of(tenant).name }));
    for (const changed of this.#onChange) changed();
  }
}

async function shapesOf(db: Database, tenant: string): Promise<TerritoryShapes> {
  const { boundaries, streets } = await readShapes(db, tenant);
  const byCommune = boundaries.features.map(
    ({ properties, geometry }) => [properties.commune, geometry as CommuneBoundary] as const, // checked when it was kept
  );
  return {
    boundaries: new Map(byCommune),
    ...(streets && { streets: streets as NonNullable<TerritoryShapes['streets']> }),
  };
}

function headOf(row: CollectivityRow): TerritoryHead {
  const { name, timeZone, country, languages, schematic = false, notice, tiles, baseMap, colour } = row.document;
  return {
    name,
    timeZone,
    country,
    languages,
    schematic,
    notice,
    communes: row.document.communes.map(({ slug, name: commune, department, code, inhabitants, center = [0, 0] }) => ({
      slug,
      name: commune,
      scope: scopeOf(commune),
      department: departmentIn(country, department, code),
      ...(code !== undefined && { code }),
      ...(inhabitants !== undefined && { inhabitants }),
      center: [center[0], center[1]],
    })),
    bbox: row.bbox,
    ...(tiles && { tilesUrl: tiles.url }),
    ...(tiles?.attribution !== undefined && { tilesAttribution: tiles.attribution }),
    ...(baseMap && {
      baseMap: { archive: baseMap.url, ...(baseMap.attribution && { attribution: baseMap.attribution }) },
    }),
    ...(colour !== undefined && { colour }),
    row,
  };
}

function shapesOfFirst(first: Territory): TerritoryShapes {
  return {
    boundaries: new Map(first.communes.map(({ slug, boundary }) => [slug, boundary])),
    get streets() {
      return first.streets;
    },
  };
}
