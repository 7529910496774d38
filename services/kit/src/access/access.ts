import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The tenant that the request is for, resolved once by the broker's first hook; '' is the default tenant. */
    tenant: string;
  }
}

/**
 * What a route asks of who calls it:
 *
 * - `nothing`: it doesn't look who it is, or does so by itself
 * - `known`: nothing, but what it reads and writes is held to their rights
 * - `read`, `write`: the right to some entity of the tenant
 * - `subscribe`: to read, and a name to go by
 * - `administer`: the tenant; `administerAll`: all of the product
 */
export type AccessNeed = 'nothing' | 'known' | 'read' | 'write' | 'subscribe' | 'administer' | 'administerAll';

/** Who asks. Passed on to whatever acts for them, never kept in a module. */
export interface Caller {
  /** `open`: access is open, so that everybody may do everything. */
  readonly kind: 'token' | 'key' | 'anonymous' | 'open';
  /** The `sub` of a token, the id of a key; '' is nobody known. */
  readonly subject: string;
  /** '' is the default tenant. */
  readonly tenant: string;
  readonly organisation?: string;
  /** The program that a token was given to. */
  readonly client?: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  /** Whether there is something of the tenant's entities that they may read, or write. */
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  readonly administers: boolean;
  readonly administersAll: boolean;
}

/** What the broker's access hook leaves on a request; null where access is open or the route looks at nobody. */
interface Guarded {
  readonly access?: {
    readonly principal: {
      readonly kind: 'token' | 'key' | 'anonymous';
      readonly id: string;
      readonly client?: string;
      readonly organisation?: string;
      readonly roles: readonly string[];
      readonly groups: readonly string[];
    };
    readonly grant: {
      readonly read: 'all' | readonly unknown[];
      readonly write: 'all' | readonly unknown[];
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
  administers: true,
  administersAll: true,
} as const;

/**
 * Who sends the requests of an application.
 *
 * @throws Error, when called: access is enforced and the route needs `nothing`, so that nobody has looked who it is
 */
export function callers(access: 'open' | 'enforced'): (request: FastifyRequest) => Caller {
  return (request) => {
    const { tenant } = request;
    const known = (request as { access?: unknown } as Guarded).access;
    if (!known) {
      if (access === 'open') return { ...EVERYBODY, tenant };
      throw new Error(`${request.routeOptions.url} needs "nothing", so that who calls it is not known`);
    }
    const { principal, grant } = known;
    return {
      kind: principal.kind,
      subject: principal.id,
      tenant,
      ...(principal.organisation !== undefined && { organisation: principal.organisation }),
      ...(principal.client !== undefined && { client: principal.client }),
      roles: principal.roles,
      groups: principal.groups,
      mayRead: grant.read.length > 0,
      mayWrite: grant.write.length > 0,
      administers: grant.administers,
      administersAll: grant.administersAll,
    };
  };
}

/** Who it is, as the audit and a document's author name it: `token:<sub>`, `key:<id>`, `anonymous`, `open`. */
export function actor({ kind, subject }: Caller): string {
  return subject === '' ? kind : `${kind}:${subject}`;
}
