import { randomBytes } from 'node:crypto';
import { actor, type Caller } from '@alzette/kit/access';
import { documents, forEveryone, judged, judgeOf, listed, named, readable } from '@alzette/kit/objects';
import { conflict, denied, missing, refused } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { Dashboard } from '@alzette/ngsi-ld-schemas/dashboards';
import type { FastifyRequest } from 'fastify';
import type { DashboardContract, KeptDashboard as ShownDashboard } from '../contract/contract.ts';
import type { DashboardParts } from '../parts.ts';
import {
  changeDashboard,
  createDashboard,
  deleteDashboard,
  findByLink,
  findDashboard,
  type KeptDashboard,
  listDashboards,
  shareDashboard,
  versionsOf,
} from '../stored/dashboard-rows.ts';
import { dashboardKind, mayPublish } from '../stored/document-kinds.ts';
import { checkDashboard } from '../stored/documents.ts';

/** Path segments that can't be ids of dashboards. */
const TAKEN: ReadonlySet<string> = new Set(['figures', 'questions', 'reports', 'shared', 'templates', 'views']);
const LINK_BYTES = 24;
const NONE: Templates = async () => [];
const OWN_ROLES = 'roles of your own: others are for who administers, or may write all that it shows in every scope';

/** The dashboards to start from. */
export type Templates = () => Promise<readonly { readonly id: string; readonly dashboard: Dashboard }[]>;

/**
 * `/dashboards`: contents, visibility and earlier versions of dashboards. The data come from `/territory/analysis` and
 * others, with the rights of the viewer.
 */
export function dashboardHandlers(parts: DashboardParts, templates: Templates = NONE): Handlers<DashboardContract> {
  return { ...readHandlers(parts, templates), ...writeHandlers(parts), ...shareHandlers(parts) };
}

function readHandlers(
  { db, callerOf }: DashboardParts,
  templates: Templates,
): Handlers<DashboardContract, 'list' | 'templates' | 'one' | 'versions'> {
  const dashboards = dashboardKind(db);
  return {
    list: {
      objects: listed(dashboards),
      async handle(request) {
        const caller = callerOf(request);
        const seen = await readable(request, dashboards, await listDashboards(db, request.tenant));
        return { dashboards: seen.map((kept) => shown(caller, kept)) };
      },
    },
    templates: {
      objects: forEveryone('templates come with the product'),
      handle: async () => ({ templates: await templates() }),
    },
    one: {
      objects: named(dashboards),
      handle: (request) => shown(callerOf(request), judged(request, dashboards)),
    },
    versions: {
      objects: named(dashboards),
      handle: async ({ tenant, params: { id } }) => ({ versions: await versionsOf(db, tenant, id) }),
    },
  };
}

function writeHandlers(parts: DashboardParts): Handlers<DashboardContract, 'save' | 'remove'> {
  const { db, callerOf } = parts;
  const dashboards = dashboardKind(db);
  return {
    save: {
      objects: documents(dashboards, async ({ tenant, params: { id } }) => {
        const kept = await findDashboard(db, tenant, id);
        return kept === undefined ? [] : [kept]; // a new one is the sender's own
      }),
      async handle(request) {
        const {
          tenant,
          params: { id },
          query: { version },
          body: dashboard,
        } = request;
        if (TAKEN.has(id)) throw refused('id', id, `a value other than ${[...TAKEN].join(', ')}`);
        checkDashboard(dashboard);
        const caller = callerOf(request);
        const isPublished = await mayPublish(db, judgeOf(request), dashboard);
        const foreign = dashboard.roles.find((role) => !caller.roles.includes(role));
        if (foreign !== undefined && !isPublished) throw denied(`roles: got "${foreign}", expected ${OWN_ROLES}`);
        const saved = { dashboard, author: actor(caller), isPublished };
        const before = await findDashboard(db, tenant, id);
        if (before === undefined) {
          if (version > 0) throw missing('dashboard', id);
          if (!(await createDashboard(db, tenant, id, saved))) throw changedMeanwhile(id);
        } else if (!(await changeDashboard(db, tenant, id, version, saved))) throw changedMeanwhile(id);
        await note(parts, request, caller, before === undefined ? 'dashboard.create' : 'dashboard.change', id);
        const kept = await findDashboard(db, tenant, id);
        if (kept === undefined) throw missing('dashboard', id); // deleted in the meantime
        return answer(before === undefined ? 201 : 200, shown(caller, kept));
      },
    },
    remove: {
      objects: named(dashboards),
      async handle(request) {
        const { id } = request.params;
        await deleteDashboard(db, request.tenant, id);
        await note(parts, request, callerOf(request), 'dashboard.delete', id);
      },
    },
  };
}

function shareHandlers(parts: DashboardParts): Handlers<DashboardContract, 'share' | 'unshare' | 'shared'> {
  const { db, callerOf } = parts;
  const dashboards = dashboardKind(db);
  return {
    share: {
      objects: named(dashboards),
      async handle(request) {
        const kept = judged(request, dashboards);
        const link = kept.link ?? randomBytes(LINK_BYTES).toString('hex');
        await shareDashboard(db, request.tenant, kept.id, link);
        await note(parts, request, callerOf(request), 'dashboard.share', kept.id);
        return { link };
      },
    },
    unshare: {
      objects: named(dashboards),
      async handle(request) {
        const { id } = request.params;
        await shareDashboard(db, request.tenant, id, undefined);
        await note(parts, request, callerOf(request), 'dashboard.unshare', id);
      },
    },
    async shared({ params: { link } }) {
      const kept = await findByLink(db, link);
      if (kept === undefined) throw missing('shared dashboard', link);
      const { id, dashboard, version, changedAt, tenant } = kept;
      return { id, dashboard: { ...dashboard, roles: [] }, version, changedAt, tenant, mayChange: false };
    },
  };
}

function shown(caller: Caller, { author, link, ...kept }: KeptDashboard): ShownDashboard {
  const isOwn = author === actor(caller);
  return {
    ...kept,
    isOwn,
    mayChange: caller.administers || isOwn,
    ...(caller.administers && link !== undefined && { link }),
  };
}

function changedMeanwhile(id: string) {
  return conflict(`${id} was changed in the meantime: reload it`, 'changed');
}

function note({ audit }: DashboardParts, { tenant }: FastifyRequest, caller: Caller, action: string, object: string) {
  return audit.append({ actor: actor(caller), action, object, tenant, outcome: 'done', details: {} });
}
