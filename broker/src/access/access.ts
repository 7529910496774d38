import type { BlockList } from 'node:net';
import { Unauthenticated } from './access-error.ts';
import { type AccessSnapshot, type AccessStore, SESSION_PREFIX, type StoredKey } from './access-store.ts';
import { type ApiKey, idOfKey, isKey, isWithin, networkList, newKey, principalOfKey } from './api-key.ts';
import { delegatedTo, type Grant, grantOf } from './grant.ts';
import { type IssuerTrust, issuerTrust } from './issuer-trust.ts';
import type { Limit } from './limits.ts';
import { Metering } from './metering.ts';
import type { Policy } from './policy.ts';
import { ANONYMOUS, asAgreed, consumerOf, identityOf, type Principal, principalKey } from './principal.ts';
import type { UsageStore } from './usage-store.ts';
import { tokenVerifier, type VerifyToken } from './verify-token.ts';

interface AccessParts {
  readonly store: AccessStore;
  readonly usage: UsageStore;
  readonly issuers: readonly string[];
  /** Those whose roles, groups and organisations count; the first one's always do. */
  readonly roleIssuers: readonly string[];
  readonly audiences: readonly string[];
  /** Whether other processes may change what decides. */
  readonly isShared: boolean;
  readonly onError: (error: unknown) => void;
  /** Is told while a change that another process made is being taken in. */
  readonly onTaking?: (taking: Promise<void>) => void;
}

/** What a request shows of who sends it. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly apiKey: string | undefined;
  /** Where it comes from. */
  readonly address: string;
}

/** One whose credential has been verified, until what decides changes. */
interface Known {
  readonly principal: Principal;
  readonly networks?: BlockList;
}

/** What is worked out once for a principal, not with each of its requests; as long as nothing that decides changes. */
interface Standing {
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
const MOST_KNOWN = 10_000;
const MOST_TENANTS = 100;

/** Who asks and what they may do: policies and keys, held in memory and followed as any process changes them. */
export class Access {
  readonly metering: Metering;
  readonly #parts: AccessParts;
  readonly #verify: VerifyToken;
  /** What the word of each issuer is worth. */
  readonly issuers: IssuerTrust;
  #settings: Settings = settingsOf({ version: 0, policies: [], keys: [], revocations: [], limits: [] });
  #known = new Map<string, Known>();
  #grants = new Map<string, Grant>();
  #standings = new WeakMap<Principal, Standing>();
  #ofKeys = new Map<string, Principal>();
  #uses = new Map<string, Date>();
  #timers: NodeJS.Timeout[] = [];
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
    const { store, isShared, onError, onTaking } = this.#parts;
    this.#stop = await store.onChange(() => {
      const taking = this.reload().catch(onError);
      onTaking?.(taking);
    });
    await this.reload();
    // A NOTIFY may get lost: with a pooler between, or while the connection is broken.
    if (isShared) this.#timers.push(setInterval(() => void this.#look().catch(onError), LOOK_EVERY_MS));
    this.#timers.push(setInterval(() => void this.#noteUses().catch(onError), NOTE_USES_EVERY_MS));
    for (const timer of this.#timers) timer.unref();
    this.metering.start();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
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

  /** Calls back whenever grants may have changed. Answers the undoing. */
  onChanged(changed: () => void): () => void {
    this.#onChanged.add(changed);
    return () => this.#onChanged.delete(changed);
  }

  /** Reads anew what decides; in force when it resolves. */
  reload(): Promise<void> {
    const loading = this.#loading.catch(() => {}).then(() => this.#load());
    this.#loading = loading;
    return loading;
  }

  async #load(): Promise<void> {
    this.#settings = settingsOf(await this.#parts.store.snapshot());
    this.#known = new Map();
    this.#grants = new Map();
    this.#standings = new WeakMap();
    this.#ofKeys = new Map();
    for (const changed of this.#onChanged) changed();
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
   * Who sends a request. At once for whom it has verified already.
   *
   * @throws Unauthenticated: what is shown doesn't count
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
    if (stored === undefined || !isKey(credential, stored.hash)) throw badKey('it is not known');
    if (stored.revokedAt !== undefined) throw badKey('it has been revoked');
    if (this.#isOrphaned(stored)) throw badKey('who has made it lost rights or was signed out since');
    const key = stored.document as ApiKey; // as it was written
    if (!this.issuers.isKnown(key.owner?.issuer)) throw badKey('tokens of the issuer of who has made it count no more');
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
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(credential, known);
    return known;
  }

  #admitted({ principal, networks }: Known, address: string): Principal {
    if (networks !== undefined && !isWithin(networks, address)) throw badKey(`it does not count from ${address}`);
    if (principal.kind === 'key') this.#uses.set(principal.id, new Date());
    return principal;
  }

  #isPast({ expiresAt }: Principal): boolean {
    return expiresAt !== undefined && expiresAt <= Date.now();
  }

  /** Whether tokens of its subject, or such as its client was given, that are as old were revoked. */
  #isRevoked({ kind, id, issuer, client, issuedAt = 0 }: Principal): boolean {
    if (kind !== 'token') return false;
    const isBefore = (name: string) => issuedAt < (this.#revokedBefore(name, issuer) ?? Number.NEGATIVE_INFINITY);
    return isBefore(id) || (client !== undefined && isBefore(client));
  }

  #revokedBefore(subject: string, issuer: string | undefined): number | undefined {
    return this.#settings.revokedBefore.get(this.issuers.revocationOf(subject, issuer));
  }

  #hasEnded({ session }: Principal): boolean {
    return session !== undefined && this.#settings.revokedBefore.has(SESSION_PREFIX + session);
  }

  /** Whether it was made by a user whose tokens of then count no more. */
  #isOrphaned({ document, createdAt }: StoredKey): boolean {
    const { owner } = document as ApiKey; // as it was written
    const before = owner && this.#revokedBefore(owner.subject, owner.issuer);
    return before !== undefined && createdAt.getTime() < before;
  }

  /** The policies that one may make keys for. */
  delegable(principal: Principal): readonly Policy[] {
    return delegatedTo(this.#settings.policies, principal);
  }

  grant(principal: Principal, tenant: string): Grant {
    const { grants } = this.#standing(principal);
    let grant = grants.get(tenant);
    if (grant === undefined) {
      grant = this.#grantOfSame(principal, tenant);
      if (grants.size >= MOST_TENANTS) grants.clear();
      grants.set(tenant, grant);
    }
    return grant;
  }

  /** Those who are no one object, but say the same, share it. */
  #grantOfSame(principal: Principal, tenant: string): Grant {
    const key = `${tenant} ${principal.kind === 'anonymous' ? '' : principalKey(principal)}`;
    let grant = this.#grants.get(key);
    if (grant === undefined) {
      grant = grantOf(this.#settings.policies, principal, tenant);
      if (this.#grants.size >= MOST_KNOWN) this.#grants.clear();
      this.#grants.set(key, grant);
    }
    return grant;
  }

  /**
   * What one may now who came earlier: a key as it is by now, a token's subject as that token had it. What was asked for
   * goes on when one signs out.
   */
  grantOfEarlier(principal: Principal, tenant: string): Grant {
    return this.grant(this.asOfNow(principal), tenant);
  }

  asOfNow(principal: Principal): Principal {
    if (principal.kind === 'token') {
      return this.#isRevoked(principal) ? ANONYMOUS : this.issuers.placed(asAgreed(principal));
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
    const key = stored.document as ApiKey; // as it was written
    return this.issuers.isKnown(key.owner?.issuer) ? this.issuers.placed(principalOfKey(id, key)) : ANONYMOUS;
  }

  /** Whether one who came earlier still counts. */
  isCurrent(principal: Principal): boolean {
    if (principal.kind === 'anonymous') return true;
    if (this.#isPast(principal) || this.#hasEnded(principal)) return false;
    return this.asOfNow(principal).kind !== 'anonymous';
  }

  /** Counts a request of one, at once unless all processes have to be asked. @throws LimitReached */
  admit(principal: Principal, address: string): undefined | Promise<void> {
    const { consumer, limits } = this.#standing(principal);
    return this.metering.admit(consumer, limits, principal.kind === 'anonymous' ? address : undefined);
  }

  /** Whose requests those of a principal are counted as. */
  consumer(principal: Principal): string {
    return this.#standing(principal).consumer;
  }

  #standing(principal: Principal): Standing {
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

  /** Makes the key that a first start prints; undefined: there are keys already. */
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
    policies: policies.map(({ document }) => document as Policy), // as they were written
    keys: new Map(keys.map((key) => [key.id, key])),
    revokedBefore: new Map(revocations.map(({ subject, before }) => [subject, before.getTime()])),
    limits: new Map(limits.map(({ consumer, limits: set }) => [consumer, set as readonly Limit[]])),
  };
}

/** @throws Unauthenticated: there are two, or it isn't of a kind known here */
function credentialOf(authorization: string | undefined, apiKey: string | undefined): string {
  if (authorization !== undefined && apiKey !== undefined) {
    throw new Unauthenticated('Authorization and X-API-Key: got both, expected one of them', 'invalid_request');
  }
  if (apiKey !== undefined) {
    if (idOfKey(apiKey) === undefined) throw badKey('it is not known');
    return apiKey;
  }
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization as string)?.[1];
  if (token === undefined) throw new Unauthenticated('Authorization: expected Bearer and one token', 'invalid_request');
  return token;
}

function badKey(reason: string): Unauthenticated {
  return new Unauthenticated(`The API key does not count: ${reason}`, 'invalid_token');
}

function badToken(reason: string): Unauthenticated {
  return new Unauthenticated(`The token does not count: ${reason}`, 'invalid_token');
}

/** Whether two are one and the same. */
export function isSame(a: Principal, b: Principal): boolean {
  return identityOf(a) === identityOf(b);
}
