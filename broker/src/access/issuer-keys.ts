import { createLocalJWKSet, type JSONWebKeySet } from 'jose';

/** Stores the keys of issuers for the next start. */
export interface JwksStore {
  jwks(issuer: string): Promise<unknown>;
  saveJwks(issuer: string, jwks: object): Promise<void>;
}

type KeySet = ReturnType<typeof createLocalJWKSet>;

const TIMEOUT_MS = 5000;
const LARGEST_BYTES = 512 * 1024;
/** The issuer is asked at most this often because of tokens with unknown keys. */
const COOLDOWN_MS = 5000;
const FRESH_MS = 10 * 60_000;

/**
 * The keys of one issuer, found by discovery (OpenID Connect Discovery 1.0, 4). The last ones stay in use while it is
 * down.
 */
export class IssuerKeys {
  readonly #issuer: string;
  readonly #store: JwksStore;
  readonly #onError: (error: unknown) => void;
  #keys: KeySet | undefined;
  #asked = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(issuer: string, store: JwksStore, onError: (error: unknown) => void) {
    this.#issuer = issuer;
    this.#store = store;
    this.#onError = onError;
  }

  /** The available keys; undefined: there have never been any. */
  async current(): Promise<KeySet | undefined> {
    if (this.#keys === undefined) {
      await this.refresh();
      this.#keys ??= await this.#kept();
    } else if (performance.now() - this.#asked > FRESH_MS) {
      void this.refresh(); // the available ones are used until then
    }
    return this.#keys;
  }

  /** Asks the issuer, unless that was done recently. */
  async refresh(): Promise<void> {
    if (this.#asking === undefined && performance.now() - this.#asked < COOLDOWN_MS) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  async #ask(): Promise<void> {
    this.#asked = performance.now();
    try {
      const metadata = await readJson(`${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
      if (metadata.issuer !== this.#issuer) throw new Error(`its discovery names the issuer ${metadata.issuer}`);
      const jwks = (await readJson(String(metadata.jwks_uri))) as unknown as JSONWebKeySet;
      this.#keys = createLocalJWKSet(jwks); // throws if it is invalid
      await this.#store.saveJwks(this.#issuer, jwks);
    } catch (cause) {
      this.#onError(new Error(`The keys of ${this.#issuer} can't be fetched`, { cause }));
    }
  }

  async #kept(): Promise<KeySet | undefined> {
    const jwks = await this.#store.jwks(this.#issuer);
    return jwks === undefined ? undefined : createLocalJWKSet(jwks as JSONWebKeySet); // it was valid when it was stored
  }
}

async function readJson(url: string): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const bytes = await answer.arrayBuffer();
  if (bytes.byteLength > LARGEST_BYTES) throw new Error(`${url} answered more than ${LARGEST_BYTES} bytes`);
  return JSON.parse(new TextDecoder().decode(bytes));
}
