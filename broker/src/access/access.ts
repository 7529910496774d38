import type { BlockList } from 'node:net';
import { namedCache, weightOf } from '@alzette/kit/caches';
import { networkOf } from '@alzette/kit/network';
import { Unauthenticated } from './access-error.ts';
import { type AccessSnapshot, type AccessStore, SESSION_PREFIX, type StoredKey } from './access-store.ts';
import { type ApiKey, idOfKey, isKey, isWithin, networkList, newKey, principalOfKey } from './api-key.ts';
import { delegatedTo, type Grant, grantOf } from './grant.ts';
import { type IssuerTrust, issuerTrust } from './issuer-trust.ts';
import type { Limit } from './limits.ts';
import { Metering } from './metering.ts';
import type { Policy } from './policy.ts';
import { ANONYMOUS, consumerOf, identityOf, type Principal, principalKey, withAgreedScopes } from './principal.ts';
import type { UsageStore } from './usage-store.ts';
import { tokenVerifier, type VerifyToken } from './verify-token.ts';

interface AccessParts {
  readonly store: AccessStore;
  readonly usage: UsageStore;
  readonly issuers: readonly string[];
  /** Issuers whose roles, groups and organisations are trusted. The first issuer always is. */
  readonly roleIssuers: readonly string[];
  readonly audiences: readonly string[];
  /** Whether other processes may change what decisions depend on. */
  readonly isShared: boolean;
  readonly onError: (error: unknown) => void;
  /** Called while a change of another process is being applied. */
  readonly onReloading?: (taking: Promise<void>) => void;
}

/** The credentials in a request. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly apiKey: string | undefined;
  /** The client's IP address. */
  readonly address: string;
}

/** A verified credential, cached until something that decisions depend on changes. */
interface Known {
  readonly principal: Principal;
  readonly networks?: BlockList;
}

/** Derived data of a principal, computed once and valid until something that decisions depend on changes. */
interface DerivedRights {
  readonly consumer: string;
  readonly limits: readonly Limit[] | undefined;
  readonly grants: Map<string, Grant>;
}

interface Settings {
  readonly version: number;
  readonly policies: readonly Policy[];
  readonly keys: ReadonlyMap<string, StoredKey>;
  readonly revokedBefore: ReadonlyMap<string, number>;
  readonly limits: ReadonlyMap<string, readonly Limit[]>;
}

const LOOK_EVERY_MS = 2000;
const NOTE_USES_EVERY_MS = 5000;
/** Of credentials and of rights, each. */
const KEPT_BYTES = 32 * 1024 * 1024;
const GRANT_BYTES = 4_000;
const MAX_TENANTS = 100;
/** Policies that end later are looked at again after each change and start. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Authentication and authorization. Policies and keys are kept in memory and follow changes by any process. */
export class Access {
  readonly metering: Metering;
  readonly #parts: AccessParts;
  readonly #verify: VerifyToken;
  /** How far each issuer is trusted. */
  readonly issuers: IssuerTrust;
  #settings: Settings = settingsOf({ version: 0, policies: [], keys: [], revocations: [], limits: [] });
  readonly #known = namedCache<Known>('credentials', KEPT_BYTES, 'broker');
  readonly #grants = namedCache<Grant>('grants', KEPT_BYTES, 'broker');
  #standings = new WeakMap<Principal, DerivedRights>();
  #ofKeys = new Map<string, Principal>();
  #uses = new Map<string, Date>();
  #timers: NodeJS.Timeout[] = [];
  #end: NodeJS.Timeout | undefined;
  #stop: (() => Promise<void>) | undefined;
  #loading: Promise<void> = Promise.resolve();
  readonly #onChanged = new Set<() => void>();

  constructor(parts: AccessParts) {
    this.#parts = parts;
    this.#verify = tokenVerifier(parts);
    this.issuers = issuerTrust(parts.issuers, parts.roleIssuers);
    this.metering = new Metering(parts.usage, parts.onError);
  }

  async start(): Promise<void> {
    const { store, isShared, onError, onReloading } = this.#parts;
    this.#stop = await store.onChange(() => {
      const taking = this.reload().catch(onError);
      onReloading?.(taking);
    });
    await this.reload();
    // A NOTIFY may get lost, for example with a pooler in between or during a broken connection.
    if (isShared) this.#timers.push(setInterval(() => void this.#look().catch(onError), LOOK_EVERY_MS));
    this.#timers.push(setInterval(() => void this.#noteUses().catch(onError), NOTE_USES_EVERY_MS));
    for (const timer of this.#timers) timer.unref();
    this.metering.start();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#end);
    await this.#stop?.();
    await this.#loading.catch(() => {});
    await this.#noteUses().catch(this.#parts.onError);
    await this.metering.close();
  }

  get policies(): readonly Policy[] {
    return this.#settings.policies;
  }

  get keys(): readonly StoredKey[] {
    return [...this.#settings.keys.values()];
  }

  get limits(): ReadonlyMap<string, readonly Limit[]> {
    return this.#settings.limits;
  }

  /** Calls back whenever rights may have changed. Returns a function that stops it. */
  onChanged(changed: () => void): () => void {
    this.#onChanged.add(changed);
    return () => this.#onChanged.delete(changed);
  }

  /** Reloads everything that decisions depend on. Resolves when it is active. */
  reload(): Promise<void> {
    const loading = this.#loading.catch(() => {}).then(() => this.#load());
    this.#loading = loading;
    return loading;
  }

  async #load(): Promise<void> {
    this.#settings = settingsOf(await this.#parts.store.snapshot());
    this.#known.clear();
    this.#grants.clear();
    this.#standings = new WeakMap();
    this.#ofKeys = new Map();
    for (const changed of this.#onChanged) changed();
    this.#waitForEnd();
  }

  /** Rights are worked out anew when the next policy ends. */
  #waitForEnd(): void {
    clearTimeout(this.#end);
    const ends = this.policies.flatMap(({ until }) => (until === undefined ? [] : [Date.parse(until) - Date.now()]));
    const nextMs = Math.min(...ends.filter((ms) => ms > 0), LONGEST_TIMER_MS);
    if (nextMs === LONGEST_TIMER_MS) return;
    this.#end = setTimeout(() => void this.reload().catch(this.#parts.onError), nextMs + 1).unref();
  }

  async #look(): Promise<void> {
    if ((await this.#parts.store.version()) !== this.#settings.version) await this.reload();
  }

  async #noteUses(): Promise<void> {
    if (this.#uses.size === 0) return;
    const uses = this.#uses;
    this.#uses = new Map();
    await this.#parts.store.noteUses(uses);
  }

  /**
   * The principal of a request. Synchronous for credentials that have been verified before.
   *
   * @throws Unauthenticated: the credential is invalid
   */
  authenticate({ authorization, apiKey, address }: Credentials): Principal | Promise<Principal> {
    if (authorization === undefined && apiKey === undefined) return ANONYMOUS;
    const credential = credentialOf(authorization, apiKey);
    const known = this.#known.get(credential);
    if (known !== undefined && !this.#isPast(known.principal)) return this.#admitted(known, address);
    const keyId = idOfKey(credential);
    if (keyId === undefined) return this.#ofToken(credential);
    return this.#admitted(this.#ofKey(keyId, credential), address);
  }

  #ofKey(id: string, credential: string): Known {
    const stored = this.#settings.keys.get(id);
    if (stored === undefined || !isKey(credential, stored.hash)) throw badKey('it is unknown');
    if (stored.revokedAt !== undefined) throw badKey('it has been revoked');
    if (this.#isOrphaned(stored)) throw badKey('its creator has lost rights or was signed out');
    const key = stored.document as ApiKey; // in the format in which it was stored
    if (!this.issuers.isKnown(key.owner?.issuer)) throw badKey('the issuer of its creator is no longer trusted');
    const principal = this.issuers.placed(principalOfKey(id, key));
    if (this.#isPast(principal)) throw badKey('it has expired');
    return this.#remember(credential, {
      principal,
      ...(key.addresses && { networks: networkList(key.addresses) }),
    });
  }

  async #ofToken(token: string): Promise<Principal> {
    const settings = this.#settings;
    const principal = this.issuers.placed(await this.#verify(token));
    if (this.#isRevoked(principal)) throw badToken('it was issued before its subject was signed out');
    if (this.#hasEnded(principal)) throw badToken('its session has ended');
    if (settings === this.#settings) this.#remember(token, { principal });
    return principal;
  }

  #remember(credential: string, known: Known): Known {
    this.#known.set(credential, known, weightOf(known.principal));
    return known;
  }

  #admitted({ principal, networks }: Known, address: string): Principal {
    if (networks !== undefined && !isWithin(networks, address)) throw badKey(`it is not valid from ${address}`);
    if (principal.kind === 'key') this.#uses.set(principal.id, new Date());
    return principal;
  }

  #isPast({ expiresAt }: Principal): boolean {
    return expiresAt !== undefined && expiresAt <= Date.now();
  }

  /** Whether tokens of its subject, of who sees the product as them, or of its client that are this old were revoked. */
  #isRevoked({ kind, id, seenBy, issuer, client, issuedAt = 0 }: Principal): boolean {
    if (kind !== 'token') return false;
    const isBefore = (name: string) => issuedAt < (this.#revokedBefore(name, issuer) ?? Number.NEGATIVE_INFINITY);
    return [id, seenBy, client].some((name) => name !== undefined && isBefore(name));
  }

  #revokedBefore(subject: string, issuer: string | undefined): number | undefined {
    return this.#settings.revokedBefore.get(this.issuers.revocationOf(subject, issuer));
  }

  #hasEnded({ session }: Principal): boolean {
    return session !== undefined && this.#settings.revokedBefore.has(SESSION_PREFIX + session);
  }

  /** Whether it was created by a user whose tokens of that time are revoked. */
  #isOrphaned({ document, createdAt }: StoredKey): boolean {
    const { owner } = document as ApiKey; // in the format in which it was stored
    const before = owner && this.#revokedBefore(owner.subject, owner.issuer);
    return before !== undefined && createdAt.getTime() < before;
  }

  /** The policies for which the principal may create keys. */
  delegable(principal: Principal): readonly Policy[] {
    return delegatedTo(this.#settings.policies, principal);
  }

  grant(principal: Principal, tenant: string): Grant {
    const { grants } = this.#standing(principal);
    let grant = grants.get(tenant);
    if (grant === undefined) {
      grant = this.#grantOfSame(principal, tenant);
      if (grants.size >= MAX_TENANTS) grants.clear();
      grants.set(tenant, grant);
    }
    return grant;
  }

  /** Principals that are different objects but equal share one grant. */
  #grantOfSame(principal: Principal, tenant: string): Grant {
    const key = `${tenant} ${principal.kind === 'anonymous' ? '' : principalKey(principal)}`;
    let grant = this.#grants.get(key);
    if (grant === undefined) {
      grant = grantOf(this.#settings.policies, principal, tenant);
      this.#grants.set(key, grant, GRANT_BYTES);
    }
    return grant;
  }

  /**
   * The current rights of a principal that authenticated earlier: for a key its current state, for a token what the
   * token said. Subscriptions and streams continue after their user signs out.
   */
  grantOfEarlier(principal: Principal, tenant: string): Grant {
    return this.grant(this.asOfNow(principal), tenant);
  }

  asOfNow(principal: Principal): Principal {
    if (principal.kind === 'token') {
      return this.#isRevoked(principal) ? ANONYMOUS : this.issuers.placed(withAgreedScopes(principal));
    }
    if (principal.kind === 'anonymous') return principal;
    let now = this.#ofKeys.get(principal.id);
    if (now === undefined) {
      now = this.#ofStoredKey(principal.id);
      this.#ofKeys.set(principal.id, now);
    }
    return this.#isPast(now) ? ANONYMOUS : now;
  }

  #ofStoredKey(id: string): Principal {
    const stored = this.#settings.keys.get(id);
    if (stored === undefined || stored.revokedAt !== undefined || this.#isOrphaned(stored)) return ANONYMOUS;
    const key = stored.document as ApiKey; // in the format in which it was stored
    return this.issuers.isKnown(key.owner?.issuer) ? this.issuers.placed(principalOfKey(id, key)) : ANONYMOUS;
  }

  /** Whether an earlier principal is still valid. */
  isCurrent(principal: Principal): boolean {
    if (principal.kind === 'anonymous') return true;
    if (this.#isPast(principal) || this.#hasEnded(principal)) return false;
    return this.asOfNow(principal).kind !== 'anonymous';
  }

  /**
   * Counts a request against the limits. Synchronous, unless the limit is shared exactly between processes. @throws
   * LimitReached
   */
  admit(principal: Principal, address: string): undefined | Promise<void> {
    const { consumer, limits } = this.#standing(principal);
    return this.metering.admit(consumer, limits, principal.kind === 'anonymous' ? networkOf(address) : undefined);
  }

  /** The consumer for which requests of a principal are counted. */
  consumer(principal: Principal): string {
    return this.#standing(principal).consumer;
  }

  #standing(principal: Principal): DerivedRights {
    let standing = this.#standings.get(principal);
    if (standing === undefined) {
      const consumer = consumerOf(principal);
      standing = { consumer, limits: this.#limitsOf(principal, consumer), grants: new Map() };
      this.#standings.set(principal, standing);
    }
    return standing;
  }

  #limitsOf(principal: Principal, consumer: string): readonly Limit[] | undefined {
    const set = this.#settings.limits.get(consumer);
    if (set !== undefined || principal.kind !== 'key') return set;
    return (this.#settings.keys.get(principal.id)?.document as ApiKey | undefined)?.limits;
  }

  /** Creates the key that the first start prints; undefined: there are already keys. */
  async firstKey(): Promise<string | undefined> {
    if (this.#settings.keys.size > 0) return undefined;
    const { id, key, hash } = newKey();
    const document: ApiKey = {
      title: 'Administrator of the first start',
      roles: ['administrator'],
      groups: [],
      scopes: ['read', 'write', 'administer'],
    };
    const isFirst = await this.#parts.store.insertFirstKey(id, hash, document);
    await this.reload();
    return isFirst ? key : undefined;
  }
}

function settingsOf({ version, policies, keys, revocations, limits }: AccessSnapshot): Settings {
  return {
    version,
    policies: policies.map(({ document }) => document as Policy), // in the format in which they were stored
    keys: new Map(keys.map((key) => [key.id, key])),
    revokedBefore: new Map(revocations.map(({ subject, before }) => [subject, before.getTime()])),
    limits: new Map(limits.map(({ consumer, limits: set }) => [consumer, set as readonly Limit[]])),
  };
}

/** @throws Unauthenticated: there are two credentials, or one of an unknown kind */
function credentialOf(authorization: string | undefined, apiKey: string | undefined): string {
  if (authorization !== undefined && apiKey !== undefined) {
    throw new Unauthenticated('Authorization and X-API-Key: got both, expected one of them', 'invalid_request');
  }
  if (apiKey !== undefined) {
    if (idOfKey(apiKey) === undefined) throw badKey('it is unknown');
    return apiKey;
  }
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization as string)?.[1];
  if (token === undefined) throw new Unauthenticated('Authorization: expected Bearer and one token', 'invalid_request');
  return token;
}

function badKey(reason: string): Unauthenticated {
  return new Unauthenticated(`The API key is invalid: ${reason}`, 'invalid_token');
}

function badToken(reason: string): Unauthenticated {
  return new Unauthenticated(`The token is invalid: ${reason}`, 'invalid_token');
}

/** Whether two principals are the same. */
export function isSame(a: Principal, b: Principal): boolean {
  return identityOf(a) === identityOf(b);
}
