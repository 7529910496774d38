import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Queryable, Rows, Statement } from '@alzette/kit/database';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';

/** Work that ends at one of its steps as if the process was killed there. */
interface Attempt {
  /** Absent: its steps are those about any tenant. */
  readonly tenant: string | undefined;
  readonly killAt: number;
  steps: number;
  readonly killed: PromiseWithResolvers<never>;
}

class Killed extends Error {}

/**
 * Kills work before its n-th step: a statement about its tenant, or a call of the broker. From then on none of its statements
 * begins and none of its promises settles, so not even its error handling runs, and its open transactions are rolled back.
 */
export class KillSwitch {
  readonly #attempts = new AsyncLocalStorage<Attempt>();
  readonly #isOfAll: (statement: Statement) => boolean;

  /**
   * @param isOfAll statements that all requests of a process wait for, such as those of the chain of the audit: killed
   *   in one that lives on, they would stop the others. Default: none
   */
  constructor(isOfAll: (statement: Statement) => boolean = () => false) {
    this.#isOfAll = isOfAll;
  }

  /** @returns the number of steps that it took, and whether it was killed */
  async run(
    tenant: string | undefined,
    killAt: number,
    work: () => Promise<unknown>,
  ): Promise<{ readonly steps: number; readonly isKilled: boolean }> {
    const attempt: Attempt = { tenant, killAt, steps: 0, killed: Promise.withResolvers<never>() };
    attempt.killed.promise.catch(() => {});
    const isKilled = await Promise.race([
      this.#attempts.run(attempt, work).then(() => false),
      attempt.killed.promise.catch(() => true),
    ]);
    return { steps: attempt.steps, isKilled };
  }

  /** The database as the work sees it. */
  database(db: Database): Database {
    const own = <Row>(executor: Queryable, statement: Statement) =>
      this.#isOfAll(statement)
        ? executor.query<Row>(statement)
        : (this.#step(isAbout(statement), () => executor.query<Row>(statement)) as Promise<Rows<Row>>);
    return {
      ...bound(db),
      query: <Row>(statement: Statement) => own<Row>(db, statement),
      transaction: <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
        const attempt = this.#attempts.getStore();
        if (attempt === undefined) return db.transaction(work);
        const tracked = db.transaction((tx) => {
          const killable: Queryable = { query: <Row>(statement: Statement) => own<Row>(tx, statement) };
          return Promise.race([work(killable), attempt.killed.promise]);
        });
        return orNever(tracked);
      },
    };
  }

  /** The broker as the work sees it. */
  client(client: NgsiLdClient): NgsiLdClient {
    return new Proxy(client, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => this.#step(isCallAbout(given), () => Reflect.apply(method, target, given));
      },
    });
  }

  #step(counts: (tenant: string) => boolean, act: () => Promise<unknown>): Promise<unknown> {
    const attempt = this.#attempts.getStore();
    if (attempt === undefined) return act();
    const { tenant } = attempt;
    if ((tenant === undefined || counts(tenant)) && attempt.steps < attempt.killAt) attempt.steps++;
    if (attempt.steps < attempt.killAt) return act();
    attempt.killed.reject(new Killed());
    return new Promise(() => {});
  }
}

/** A call that names no tenant may be about any. */
const isCallAbout = (given: readonly unknown[]) => (tenant: string) => {
  const named = given.filter(
    (one): one is { tenant: unknown } => typeof one === 'object' && one !== null && 'tenant' in one,
  );
  return named.length === 0 || named.some((one) => one.tenant === tenant);
};

const isAbout =
  ({ values = [] }: Statement) =>
  (tenant: string) =>
    values.includes(tenant);

/** What a killed transaction rejects with reaches nobody. */
function orNever<T>(given: Promise<T>): Promise<T> {
  return given.catch((error: unknown) => {
    if (error instanceof Killed) return new Promise<T>(() => {});
    throw error;
  });
}

/** The other methods, called on the database itself. */
function bound(db: Database): Pick<Database, 'kind' | 'listen' | 'runScript'> {
  return {
    kind: db.kind,
    listen: (channel, onMessage) => db.listen(channel, onMessage),
    runScript: (text, values) => db.runScript(text, values),
  };
}
