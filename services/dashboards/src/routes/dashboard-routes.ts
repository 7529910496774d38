import { randomBytes } from 'node:crypto';
import { actor, type Caller } from '@alzette/kit/access';
import { object } from '@alzette/kit/bodies';
import { documents, forEveryone, judged, judgeOf, listed, named, readable } from '@alzette/kit/objects';
import { identifier, readPath, readQuery, wholeNumber } from '@alzette/kit/parameters';
import { conflict, denied, missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
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
} from '../kept/dashboard-rows.ts';
import { dashboardKind, mayPublish } from '../kept/document-kinds.ts';
import { DASHBOARD, readDashboard } from '../kept/documents.ts';
import type { DashboardParts } from '../parts.ts';
import { TEMPLATES } from '../templates/templates.ts';

const KEPT = {
  type: 'object',
  description: 'A dashboard with its version, its last editor and the time of the change',
};
const PATH = { id: identifier({ required: true }) };
/** Path segments that can't be ids of dashboards. */
const TAKEN: ReadonlySet<string> = new Set(['questions', 'reports', 'shared', 'templates']);
const VERSION = { version: wholeNumber({ min: 0, max: 1_000_000_000, default: 0 }) };
const LINK = { link: identifier({ required: true }) };
const LINK_BYTES = 24;
const OWN_ROLES = 'roles of your own: others are for who administers, or may write all that it shows in every scope';

/**
 * `/dashboards`: contents, visibility and earlier versions of dashboards. The data come from `/territory/analysis` and
 * others, with the rights of the viewer.
 */
export function dashboardRoutes(scope: FastifyInstance, parts: DashboardParts, given: ServiceContext): void {
  readRoutes(scope, parts, given);
  writeRoutes(scope, parts, given);
  shareRoutes(scope, parts, given);
}

function readRoutes(scope: FastifyInstance, { db }: DashboardParts, { callerOf }: ServiceContext): void {
  const dashboards = dashboardKind(db);
  scope.get(
    '/',
    operation({
      access: 'read',
      objects: listed(dashboards),
      summary: 'The dashboards that you may see',
      answer: object({ dashboards: { type: 'array', items: KEPT } }),
    }),
    async (request) => {
      const caller = callerOf(request);
      const seen = await readable(request, dashboards, await listDashboards(db, request.tenant));
      return { dashboards: seen.map((kept) => shown(caller, kept)) };
    },
  );
  scope.get(
    '/templates',
    operation({
      access: 'read',
      objects: forEveryone('templates come with the product'),
      summary: 'Dashboard templates: lighting, waste, buildings, air, requests, system',
      answer: object({ templates: { type: 'array', items: object({ id: {}, dashboard: {} }) } }),
    }),
    async () => ({ templates: Object.entries(TEMPLATES).map(([id, dashboard]) => ({ id, dashboard })) }),
  );
  scope.get(
    '/:id',
    operation({ access: 'read', objects: named(dashboards), summary: 'A dashboard', answer: KEPT }),
    async (request) => shown(callerOf(request), judged(request, dashboards)),
  );
  scope.get(
    '/:id/versions',
    operation({
      access: 'read',
      objects: named(dashboards),
      summary: 'Earlier versions of a dashboard, newest first',
      answer: object({ versions: { type: 'array', items: { type: 'object' } } }),
    }),
    async (request) => {
      const { id } = judged(request, dashboards);
      return { versions: await versionsOf(db, request.tenant, id) };
    },
  );
}

function writeRoutes(scope: FastifyInstance, parts: DashboardParts, { callerOf }: ServiceContext): void {
  const { db } = parts;
  const dashboards = dashboardKind(db);
  scope.put(
    '/:id',
    operation({
      access: 'write',
      objects: documents(dashboards, async ({ tenant, params }) => {
        const kept = await findDashboard(db, tenant, (params as { id: string }).id);
        return kept === undefined ? [] : [kept]; // a new one is the sender's own
      }),
      audited: { values: 'route' },
      summary: 'Creates or replaces a dashboard; `version` is the version that was edited, 0 for a new one',
      query: VERSION,
      body: DASHBOARD,
      answer: KEPT,
    }),
    async (request, reply) => {
      const { id } = readPath(request, PATH);
      if (TAKEN.has(id)) throw refused('id', id, `a value other than ${[...TAKEN].join(', ')}`);
      const { version } = readQuery(request, VERSION);
      const dashboard = readDashboard(request.body);
      const caller = callerOf(request);
      const isPublished = await mayPublish(db, judgeOf(request), dashboard);
      const foreign = dashboard.roles.find((role) => !caller.roles.includes(role));
      if (foreign !== undefined && !isPublished) throw denied(`roles: got "${foreign}", expected ${OWN_ROLES}`);
      const saved = { dashboard, author: actor(caller), isPublished };
      const before = await findDashboard(db, request.tenant, id);
      if (before === undefined) {
        if (version > 0) throw missing('dashboard', id);
        if (!(await createDashboard(db, request.tenant, id, saved))) throw changedMeanwhile(id);
      } else if (!(await changeDashboard(db, request.tenant, id, version, saved))) throw changedMeanwhile(id);
      await note(parts, request, caller, before === undefined ? 'dashboard.create' : 'dashboard.change', id);
      const kept = await findDashboard(db, request.tenant, id);
      return reply.code(before === undefined ? 201 : 200).send(kept && shown(caller, kept));
    },
  );
  scope.delete(
    '/:id',
    operation({
      access: 'write',
      objects: named(dashboards),
      audited: { values: 'route' },
      summary: 'Deletes a dashboard',
    }),
    async (request, reply) => {
      const caller = callerOf(request);
      const kept = judged(request, dashboards);
      await deleteDashboard(db, request.tenant, kept.id);
      await note(parts, request, caller, 'dashboard.delete', kept.id);
      return reply.code(204).send();
    },
  );
}

function shareRoutes(scope: FastifyInstance, parts: DashboardParts, { callerOf }: ServiceContext): void {
  const { db } = parts;
  const dashboards = dashboardKind(db);
  scope.post(
    '/:id/link',
    operation({
      access: 'administer',
      objects: named(dashboards),
      summary:
        'Shares a dashboard by a link; people who open it see only data that they may read, and only public data without an account',
      answer: object({ link: { type: 'string' } }),
    }),
    async (request) => {
      const caller = callerOf(request);
      const kept = judged(request, dashboards);
      const link = kept.link ?? randomBytes(LINK_BYTES).toString('hex');
      await shareDashboard(db, request.tenant, kept.id, link);
      await note(parts, request, caller, 'dashboard.share', kept.id);
      return { link };
    },
  );
  scope.delete(
    '/:id/link',
    operation({ access: 'administer', objects: named(dashboards), summary: 'Revokes the link of a dashboard' }),
    async (request, reply) => {
      const caller = callerOf(request);
      const kept = judged(request, dashboards);
      await shareDashboard(db, request.tenant, kept.id, undefined);
      await note(parts, request, caller, 'dashboard.unshare', kept.id);
      return reply.code(204).send();
    },
  );
  scope.get(
    '/shared/:link',
    operation({
      access: 'nothing',
      anyTenant: true,
      summary: 'The layout of a dashboard shared by a link',
      answer: KEPT,
    }),
    async (request) => {
      const { link } = readPath(request, LINK);
      const kept = await findByLink(db, link);
      if (kept === undefined) throw missing('shared dashboard', link);
      const { id, dashboard, version, changedAt, tenant } = kept;
      return { id, dashboard: { ...dashboard, roles: [] }, version, changedAt, tenant, mayChange: false };
    },
  );
}

function shown(caller: Caller, { author, link, ...kept }: KeptDashboard) {
  const isOwn = author === actor(caller);
  return {
    ...kept,
    isOwn,
    mayChange: caller.administers || isOwn,
    ...(caller.administers && link !== undefined && { link }),
  };
}

function changedMeanwhile(id: string) {
  return conflict(`${id} was changed in the meantime: reload it`);
}

function note({ audit }: DashboardParts, { tenant }: FastifyRequest, caller: Caller, action: string, object: string) {
  return audit.append({ actor: actor(caller), action, object, tenant, outcome: 'done', details: {} });
}
