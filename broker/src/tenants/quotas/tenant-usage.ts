import type { Database } from '../../database/database.ts';
import { LimitReached } from '../../model/errors.ts';
import { beyondQuota, type Countable, DAILY } from './quota.ts';
import type { Quotas } from './quotas.ts';

const DAY_MS = 86_400_000;
const FLUSH_EVERY_MS = 10_000;

const ADD = `
  INSERT INTO tenant_usage (of_tenant, day, what, amount)
  SELECT * FROM unnest($1::text[], $2::date[], $3::text[], $4::float8[])
  ON CONFLICT (of_tenant, day, what) DO UPDATE SET amount = tenant_usage.amount + excluded.amount`;
const OF_DAY = 'SELECT of_tenant AS tenant, what, amount FROM tenant_usage WHERE day = $1::date';
const FORGET = `DELETE FROM tenant_usage WHERE day < $1::date - 400`;

type Amounts = { [What in Countable]?: number };

/**
 * What tenants use each day (UTC) of what they share. Counted in memory, and added to that of other processes every ten
 * seconds, so a quota over several processes may be exceeded by what they do meanwhile.
 */
export class TenantUsage {
  readonly #db: Database;
  readonly #quotas: Pick<Quotas, 'of' | 'limitsDays'>;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #day: number;
  /** Of today, by all processes, as last read; and what is not yet written. */
  #known = new Map<string, Amounts>();
  #added = new Map<string, Amounts>();
  /** What could not be written, or belongs to a day that has ended. */
  #late: { readonly day: number; readonly added: ReadonlyMap<string, Amounts> }[] = [];

  private constructor(db: Database, quotas: Pick<Quotas, 'of' | 'limitsDays'>, now: () => number) {
    this.#db = db;
    this.#quotas = quotas;
    this.#now = now;
    this.#day = Math.floor(now() / DAY_MS);
  }

  static async open(
    db: Database,
    quotas: Pick<Quotas, 'of' | 'limitsDays'>,
    onError: (error: unknown) => void,
    now: () => number = Date.now,
  ): Promise<TenantUsage> {
    const usage = new TenantUsage(db, quotas, now);
    await usage.#read();
    usage.#timer = setInterval(() => usage.flush().catch(onError), FLUSH_EVERY_MS).unref();
    return usage;
  }

  /** Counts what has happened. */
  add(tenant: string, what: Countable, amount = 1): void {
    this.#today();
    const amounts = this.#added.get(tenant);
    if (amounts === undefined) this.#added.set(tenant, { [what]: amount });
    else amounts[what] = (amounts[what] ?? 0) + amount;
  }

  /** Counts what is about to happen. @throws LimitReached: the tenant has no more of it today */
  take(tenant: string, what: Countable, amount = 1): void {
    const until = this.usedUpUntil(tenant, what);
    if (until !== undefined) {
      const name = DAILY[what] as NonNullable<(typeof DAILY)[Countable]>; // only what has a quota is used up
      const most = this.#quotas.of(tenant)[name] as number;
      throw new LimitReached(beyondQuota(tenant, name, most), Math.ceil((until.getTime() - this.#now()) / 1000));
    }
    this.add(tenant, what, amount);
  }

  /** When there is more of what is used up; undefined: there is some left. */
  usedUpUntil(tenant: string, what: Countable): Date | undefined {
    const name = DAILY[what];
    const most = name === undefined ? undefined : this.#quotas.of(tenant)[name];
    if (most === undefined || this.ofToday(tenant, what) < most) return undefined;
    return new Date((this.#day + 1) * DAY_MS);
  }

  ofToday(tenant: string, what: Countable): number {
    this.#today();
    return (this.#known.get(tenant)?.[what] ?? 0) + (this.#added.get(tenant)?.[what] ?? 0);
  }

  /** Adds what was counted to that of other processes, and learns of theirs if a quota needs it. */
  async flush(): Promise<void> {
    this.#today();
    const added = this.#added;
    const isNewDay = this.#late.length > 0;
    const days = [...this.#late, { day: this.#day, added }];
    const rows = days.flatMap(({ day, added: ofDay }) =>
      [...ofDay].flatMap(([tenant, amounts]) =>
        Object.entries(amounts).map(([what, amount]) => ({ tenant, day: dateOf(day), what, amount })),
      ),
    );
    if (rows.length > 0) {
      // In one order, so that two processes never wait for each other.
      rows.sort((a, b) => (`${a.tenant} ${a.day} ${a.what}` < `${b.tenant} ${b.day} ${b.what}` ? -1 : 1));
      const column = (name: 'tenant' | 'day' | 'what' | 'amount') => rows.map((row) => row[name]);
      const values = [column('tenant'), column('day'), column('what'), column('amount')];
      // What is counted meanwhile goes into new maps; what could not be written goes back.
      this.#added = new Map();
      this.#late = [];
      this.#keepInMind(added);
      try {
        await this.#db.query({ name: 'add-tenant-usage', text: ADD, values });
      } catch (error) {
        this.#late.push(...days);
        throw error;
      }
    }
    if (isNewDay) await this.#db.query({ text: FORGET, values: [dateOf(this.#day)] });
    if (this.#quotas.limitsDays) await this.#read();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush().catch(() => {}); // without the database, the last seconds are lost
  }

  async #read(): Promise<void> {
    const day = this.#day;
    type Row = { readonly tenant: string; readonly what: Countable; readonly amount: number };
    const { rows } = await this.#db.query<Row>({ name: 'tenant-usage', text: OF_DAY, values: [dateOf(day)] });
    if (day !== this.#day) return;
    const known = new Map<string, Amounts>();
    for (const { tenant, what, amount } of rows) known.set(tenant, { ...known.get(tenant), [what]: amount });
    this.#known = known;
  }

  /** Begins a new day if the last one has ended. */
  #today(): void {
    const day = Math.floor(this.#now() / DAY_MS);
    if (day === this.#day) return;
    if (this.#added.size > 0) this.#late.push({ day: this.#day, added: this.#added });
    this.#day = day;
    this.#known = new Map();
    this.#added = new Map();
  }

  /** What was counted remains known until all is read again. */
  #keepInMind(added: ReadonlyMap<string, Amounts>): void {
    for (const [tenant, amounts] of added) {
      const known = { ...this.#known.get(tenant) };
      for (const [what, amount] of Object.entries(amounts) as [Countable, number][]) {
        known[what] = (known[what] ?? 0) + amount;
      }
      this.#known.set(tenant, known);
    }
  }
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
