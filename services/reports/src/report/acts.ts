import { conflict, refused } from '@alzette/kit/problems';
import type { DeskAct } from '../contract/acts.ts';
import type { Partner } from '../contract/categories.ts';
import type { Audience } from '../contract/desk.ts';
import type { Report, Status } from '../contract/report.ts';
import { isOpen } from './report.ts';

/** An act on a report. */
export type Act =
  | Exclude<DeskAct, { readonly act: 'blur' | 'passOn' }>
  | BlurAct
  | PassOnAct
  | { readonly act: 'passing'; readonly isSent: boolean }
  | { readonly act: 'passedOn'; readonly number?: string }
  | { readonly act: 'notPassedOn'; readonly cause: NotPassedOn; readonly reason?: string }
  | { readonly act: 'absorb'; readonly supporters: number; readonly duplicate: string }
  | { readonly act: 'link'; readonly workOrder: string }
  | { readonly act: 'support'; readonly supporters: number }
  | { readonly act: 'reopen'; readonly text?: string }
  | AddAct
  | { readonly act: 'survey'; readonly isSatisfied: boolean; readonly text?: string };

type Reply = Extract<DeskAct, { readonly act: 'update' }>;

/** What the author adds later. */
interface AddAct {
  readonly act: 'add';
  /** The author's own key of the addition, so that it is added once. */
  readonly key: string;
  readonly text?: string;
  /** Ids of uploaded files. */
  readonly photos: readonly string[];
}

type BlurAct = Extract<DeskAct, { readonly act: 'blur' }> & {
  /** The blurred copy, when it has been made. */
  readonly copy?: string;
};

/** Who is responsible, and gets the report. */
export interface Recipient {
  readonly name: string;
  readonly by: Way;
}

/** How somebody gets reports. */
export type Way = { readonly email: string } | { readonly open311: Partner };

/** Why nobody got it, or, if `unknown`, may not have got it. */
type NotPassedOn = 'refused' | 'unreachable' | 'unknown' | 'erased';

type PassOnAct = Extract<DeskAct, { readonly act: 'passOn' }> & { readonly to?: Recipient };

export interface Effect {
  readonly report: Report;
  readonly audience: Audience;
  readonly text?: string;
  readonly detail?: object;
}

/** From the report and all additions. */
const MAX_PHOTOS_TOGETHER = 10;
const REOPEN_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * The report after an act. Undefined: the act changes nothing. Longer than 80 lines: one case for each act.
 *
 * @throws Problem 409: the status does not allow it; 400
 */
export function applyAct(report: Report, wanted: Act, now: Date): Effect | undefined {
  const at = now.toISOString();
  const changed = (change: Partial<Report>): Report => ({ ...report, ...change, updatedAt: at });
  switch (wanted.act) {
    case 'accept':
      return accept(report, wanted, changed);
    case 'hide':
      return {
        report: hidden(
          changed({ moderation: 'hidden', hiddenReason: wanted.reason, hiddenCause: wanted.cause ?? 'other' }),
        ),
        audience: 'author',
        text: wanted.reason,
      };
    case 'blur':
      return blur(report, wanted, changed);
    case 'status':
      if (wanted.status === report.status && wanted.text === undefined) return undefined;
      if (wanted.status === 'duplicate')
        throw refused('status', 'duplicate', 'another; merge it into the other report');
      return { report: withStatus(changed({}), wanted.status, at), audience: 'public', ...replyOf(wanted) };
    case 'update':
      return { report: changed({}), audience: 'public', ...replyOf(wanted) };
    case 'note':
      return { report: changed({}), audience: 'desk', text: wanted.text };
    case 'assign':
      return assign(report, wanted, changed);
    case 'promise':
      if (!isOpen(report.status)) throw conflict(`status: got ${report.status}, expected an open report`);
      return { report: changed({ promisedAt: wanted.date }), audience: 'public', detail: { promisedAt: wanted.date } };
    case 'categorise':
      if (wanted.category === report.category) return undefined;
      return {
        report: changed({ category: wanted.category }),
        audience: 'desk',
        detail: { category: wanted.category },
      };
    case 'merge':
      if (wanted.into === report.id) throw refused('into', wanted.into, 'another report');
      if (report.duplicateOf === wanted.into) return undefined;
      return {
        report: { ...withStatus(changed({}), 'duplicate', at), duplicateOf: wanted.into },
        audience: 'public',
        detail: { duplicateOf: wanted.into },
      };
    case 'absorb':
      return {
        report: changed({ supporters: report.supporters + wanted.supporters }),
        audience: 'desk',
        detail: { duplicate: wanted.duplicate },
      };
    case 'passOn':
      return passOn(report, wanted, changed, at);
    case 'passedOn':
      return passedOn(report, wanted, changed, at);
    case 'passing':
      return passing(report, wanted, changed, at);
    case 'notPassedOn': {
      const { passedOn: _passedOn, ...rest } = changed({});
      const { cause, reason } = wanted;
      return { report: rest, audience: 'desk', ...textOf({ text: reason }), detail: { cause } };
    }
    case 'link':
      return link(report, wanted, changed);
    case 'support':
      if (wanted.supporters === report.supporters) return undefined;
      return { report: changed({ supporters: wanted.supporters }), audience: 'desk' };
    case 'add':
      return add(report, wanted, changed);
    case 'reopen':
      return reopen(report, wanted, changed, now);
    case 'survey':
      if (isOpen(report.status)) throw conflict(`status: got ${report.status}, expected a closed report`);
      return {
        report: changed({ isSatisfied: wanted.isSatisfied }),
        audience: 'author',
        ...textOf(wanted),
        detail: { isSatisfied: wanted.isSatisfied },
      };
  }
}

type Change = (change: Partial<Report>) => Report;
type ActOf<Name extends Act['act']> = Extract<Act, { readonly act: Name }>;

function accept(report: Report, { text, address, photos }: ActOf<'accept'>, changed: Change): Effect | undefined {
  const saysNothing = text === undefined && address === undefined && photos === undefined;
  if (report.moderation === 'accepted' && saysNothing) return undefined; // what is shown stays
  const unknown = photos?.find((id) => !report.photos.some((photo) => photo.id === id));
  if (unknown !== undefined) throw refused('photos', unknown, 'photos of the report');
  const {
    hiddenReason: _hiddenReason,
    hiddenCause: _cause,
    publicText: _text,
    publicAddress: _address,
    ...rest
  } = changed({});
  const accepted: Report = {
    ...rest,
    moderation: 'accepted',
    photos: report.photos.map((photo) => ({
      ...photo,
      isPublic: photos?.includes(photo.id) ?? (report.moderation === 'pending' || photo.isPublic),
    })),
    ...(text !== undefined && text !== '' && { publicText: text }),
    ...(address !== undefined && address !== '' && { publicAddress: address }),
  };
  return { report: accepted, audience: 'desk' };
}

/** Nothing of it is public until a moderator chooses its photos. */
function add(report: Report, wanted: AddAct, changed: Change): Effect {
  const { key, photos } = wanted;
  if (!isOpen(report.status)) throw conflict(`status: got ${report.status}, expected an open report; reopen it first`);
  const added = photos.filter((id) => !report.photos.some((photo) => photo.id === id));
  const all = [...report.photos, ...added.map((id) => ({ id, isPublic: false }))];
  if (all.length > MAX_PHOTOS_TOGETHER) throw refused('photos', all.length, `at most ${MAX_PHOTOS_TOGETHER} together`);
  return {
    report: changed({ photos: all }),
    audience: 'author',
    ...textOf(wanted),
    detail: { key, photos: added.length },
  };
}

/** The copy replaces the photo, which is then deleted. */
function blur(report: Report, { photo, areas, copy }: BlurAct, changed: Change): Effect {
  if (!report.photos.some(({ id }) => id === photo)) throw refused('photo', photo, 'a photo of the report');
  const replaced = changed({
    photos: report.photos.map((each) => (each.id === photo && copy !== undefined ? { ...each, id: copy } : each)),
    discardedPhotos: [...(report.discardedPhotos ?? []), ...(copy === undefined ? [] : [photo])],
  });
  return { report: replaced, audience: 'desk', detail: { areas: areas.length } };
}

/** Removes everything that the author wrote. */
function hidden({ publicText: _text, publicAddress: _address, ...report }: Report): Report {
  return { ...report, photos: report.photos.map((photo) => ({ ...photo, isPublic: false })) };
}

function assign(report: Report, { organisation, assignee }: ActOf<'assign'>, changed: Change): Effect | undefined {
  const { organisation: before, assignee: beforeAssignee, ...rest } = changed({});
  const [after, afterAssignee] = [orElse(organisation, before), orElse(assignee, beforeAssignee)];
  if (after === before && afterAssignee === beforeAssignee) return undefined;
  const assigned: Report = {
    ...rest,
    status: report.status === 'open' ? 'investigating' : report.status,
    ...(after !== undefined && { organisation: after }),
    ...(afterAssignee !== undefined && { assignee: afterAssignee }),
  };
  return { report: assigned, audience: 'desk', detail: { organisation: after, assignee: afterAssignee } };
}

/** null removes the value; undefined keeps it. */
function orElse(given: string | null | undefined, before: string | undefined): string | undefined {
  return given === undefined ? before : (given ?? undefined);
}

/** The report is closed when who is responsible has it. */
function passOn(report: Report, { text, photos = [], to }: PassOnAct, changed: Change, at: string): Effect {
  if (!isOpen(report.status)) throw conflict(`status: got ${report.status}, expected an open report`);
  if (report.passedOn !== undefined && report.passedOn.at === undefined) {
    throw conflict(`The report is being passed on to ${report.passedOn.to}`, 'busy');
  }
  const unknown = photos.find((id) => !report.photos.some((photo) => photo.id === id));
  if (unknown !== undefined) throw refused('photos', unknown, 'photos of the report');
  const { name = '', by } = to ?? {};
  return {
    report: changed({ passedOn: { to: name, askedAt: at } }),
    audience: 'desk',
    text,
    detail: { to: name, ...by, photos },
  };
}

/** Its request is sent now, or was certainly not. */
function passing({ passedOn }: Report, { isSent }: ActOf<'passing'>, changed: Change, at: string): Effect | undefined {
  if (passedOn === undefined || (passedOn.triedAt !== undefined) === isSent) return undefined;
  const { triedAt: _triedAt, ...rest } = passedOn;
  return { report: changed({ passedOn: { ...rest, ...(isSent && { triedAt: at }) } }), audience: 'desk' };
}

function passedOn(report: Report, { number }: ActOf<'passedOn'>, changed: Change, at: string): Effect | undefined {
  const asked = report.passedOn;
  if (asked === undefined || asked.at !== undefined) return undefined;
  const { triedAt: _triedAt, ...kept } = asked;
  const passed = changed({ passedOn: { ...kept, at, ...(number !== undefined && { number }) } });
  return { report: withStatus(passed, 'notOurs', at), audience: 'public', text: asked.to };
}

function link(report: Report, { workOrder }: ActOf<'link'>, changed: Change): Effect | undefined {
  if (report.workOrders.includes(workOrder)) return undefined;
  const status: Status = isOpen(report.status) && report.status !== 'inProgress' ? 'planned' : report.status;
  const linked = changed({ workOrders: [...report.workOrders, workOrder], status });
  return { report: linked, audience: 'public', detail: { workOrder } };
}

function reopen(report: Report, wanted: ActOf<'reopen'>, changed: Change, now: Date): Effect {
  if (!mayReopen(report, now)) {
    throw conflict(
      `A report can be reopened within ${REOPEN_DAYS} days after it was closed; this one is ${report.status}`,
    );
  }
  const {
    closedAt: _closedAt,
    isSatisfied: _isSatisfied,
    ...open
  } = changed({ status: 'open', reopened: report.reopened + 1, ...promisedAgain(report, now) });
  return { report: open, audience: 'author', ...textOf(wanted) };
}

/** The same delay as at first, from the reopening on, if the promised time is over. */
function promisedAgain({ requestedAt, promisedAt }: Report, now: Date): Partial<Report> {
  if (promisedAt === undefined || Date.parse(promisedAt) > now.getTime()) return {};
  const delay = Date.parse(promisedAt) - Date.parse(requestedAt);
  return { promisedAt: new Date(now.getTime() + delay).toISOString() };
}

/** A duplicate continues in the other report. */
export function mayReopen({ status, closedAt }: Report, now: Date): boolean {
  if (isOpen(status) || status === 'duplicate' || closedAt === undefined) return false;
  return now.getTime() - Date.parse(closedAt) <= REOPEN_DAYS * DAY_MS;
}

function withStatus(report: Report, status: Status, at: string): Report {
  const { closedAt, ...rest } = report;
  return isOpen(status) ? { ...rest, status } : { ...rest, status, closedAt: closedAt ?? at };
}

function replyOf({ text, language }: Partial<Omit<Reply, 'act'>>): {
  readonly text?: string;
  readonly detail?: object;
} {
  if (text === undefined || text === '') return {};
  return { text, ...(language !== undefined && { detail: { language } }) };
}

function textOf({ text }: { readonly text?: string | undefined }): { readonly text?: string } {
  return text === undefined || text === '' ? {} : { text };
}
