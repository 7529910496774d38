import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The tenant of the request, resolved once by the broker's first hook; '' is the default tenant. */
    tenant: string;
  }
}

/**
 * The right that a route requires:
 * - `nothing`: no authentication, or the route does it itself
 * - `known`: the route gets the sender, who may be anonymous, and judges by itself what they may do
 * - `read`, `write`: the right to some entities of the tenant
 * - `subscribe`: the right to read, and an identity
 * - `administer`: administer the tenant; `administerAll`: administer the whole product
 */
export type AccessNeed = 'nothing' | 'known' | 'read' | 'write' | 'subscribe' | 'administer' | 'administerAll';

/** The sender of a request. Passed to whatever acts for them, never stored in a module. */
export interface Caller {
  /** `open`: access control is off, so everyone may do everything. */
  readonly kind: 'token' | 'key' | 'anonymous' | 'open';
  /** The `sub` of a token, or the id of a key; '' is anonymous. */
  readonly subject: string;
  /** '' is the default tenant. */
  readonly tenant: string;
  readonly organisation?: string;
  /** The client to which a token was issued. */
  readonly client?: string;
  /**
   * The person behind a token or a key, with their issuer; for a key its owner. Absent: it is nobody in particular, for
   * example a machine or a key without owner. Two persons are others only if both are present and differ.
   */
  readonly person?: string;
  /** The session of a token (`sid`). */
  readonly session?: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  /** Whether they may read, or write, any of the tenant's entities. */
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  /** Whether there is something that they may propose to change. */
  readonly mayPropose: boolean;
  readonly administers: boolean;
  readonly administersAll: boolean;
}

/**
 * What the broker's access hook stores on a request; null if access control is off or the route does not authenticate.
 */
interface Guarded {
  readonly access?: {
    readonly principal: {
      readonly kind: 'token' | 'key' | 'anonymous';
      readonly id: string;
      readonly client?: string;
      readonly organisation?: string;
      readonly issuer?: string;
      readonly session?: string;
      readonly trust?: string;
      readonly owner?: { readonly subject: string };
      readonly roles: readonly string[];
      readonly groups: readonly string[];
    };
    readonly grant: {
      readonly read: 'all' | readonly unknown[];
      readonly write: 'all' | readonly unknown[];
      readonly propose: 'all' | readonly unknown[];
      readonly administers: boolean;
      readonly administersAll: boolean;
    };
  } | null;
}

const EVERYBODY = {
  kind: 'open',
  subject: '',
  roles: [],
  groups: [],
  mayRead: true,
  mayWrite: true,
  mayPropose: true,
  administers: true,
  administersAll: true,
} as const;

/**
 * Returns the function that determines the caller of a request.
 *
 * @throws Error, when called: access control is enabled and the route requires `nothing`, so the caller is not
 * authenticated
 */
export function callers(access: 'open' | 'enforced'): (request: FastifyRequest) => Caller {
  return (request) => {
    const { tenant } = request;
    const known = (request as { access?: unknown } as Guarded).access;
    if (!known && access === 'enforced') {
      throw new Error(`${request.routeOptions.url} requires "nothing", so its caller is not authenticated`);
    }
    return callerWith(known ?? null, tenant);
  };
}

/** @param known what the broker knows of them; null: access is open */
export function callerWith(known: Known | null, tenant: string): Caller {
  if (known === null) return { ...EVERYBODY, tenant };
  const { principal, grant } = known;
  const person = personOf(principal);
  return {
    kind: principal.kind,
    subject: principal.id,
    tenant,
    ...(principal.organisation !== undefined && { organisation: principal.organisation }),
    ...(principal.client !== undefined && { client: principal.client }),
    ...(person !== undefined && { person }),
    ...(principal.session !== undefined && { session: principal.session }),
    roles: principal.roles,
    groups: principal.groups,
    mayRead: grant.read.length > 0,
    mayWrite: grant.write.length > 0,
    mayPropose: grant.propose.length > 0,
    administers: grant.administers,
    administersAll: grant.administersAll,
  };
}

type Known = NonNullable<Guarded['access']>;
type Principal = Known['principal'];

/**
 * The person behind the principal of a request. Subjects of the first issuer have no prefix: that is how owners of keys
 * are stored too.
 */
export function personOf({
  kind,
  id,
  client,
  issuer,
  trust,
  owner,
}: Pick<Principal, 'kind' | 'id' | 'client' | 'issuer' | 'trust' | 'owner'>): string | undefined {
  const subject = kind === 'token' && id !== client ? id : owner?.subject;
  if (subject === undefined) return undefined;
  return trust === undefined ? subject : `${issuer} ${subject}`;
}

/** Whether two callers are certainly two persons: both are known, and they differ. Everybody is, if access is open. */
export function areTwoPersons(first: string | undefined, second: Pick<Caller, 'kind' | 'person'>): boolean {
  if (second.kind === 'open') return true;
  return first !== undefined && second.person !== undefined && first !== second.person;
}

/** The caller's name in the audit and as author of documents: `token:<sub>`, `key:<id>`, `anonymous`, `open`. */
export function actor({ kind, subject }: Pick<Caller, 'kind' | 'subject'>): string {
  return subject === '' ? kind : `${kind}:${subject}`;
}

/** Whose doings are counted together: a person, whatever their keys and sessions; otherwise a key or a program. */
export function sender(caller: Pick<Caller, 'kind' | 'subject' | 'person'>): string {
  return caller.person === undefined ? actor(caller) : `person:${caller.person}`;
}

const CREDENTIALS = ['authorization', 'x-api-key'] as const;

/** The headers by which a request to the product itself has the sender of this one. @param tenant default: that of this one */
export function headersOfSender(
  { headers, tenant: own }: Pick<FastifyRequest, 'headers' | 'tenant'>,
  tenant: string = own,
): Record<string, string> {
  const credentials = CREDENTIALS.flatMap((name) =>
    headers[name] === undefined ? [] : [[name, String(headers[name])]],
  );
  return { ...Object.fromEntries(credentials), ...(tenant !== '' && { 'ngsild-tenant': tenant }) };
}
