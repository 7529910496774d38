import { readdirSync, readFileSync } from 'node:fs';
import type { Criterion, Evidence, NormReport, NormSummary, Texts } from '../contract/compliance.ts';
import { VERDICTS, type Verdict } from './words.ts';

/** Something that is done, and shown by tests, for one or more criteria; or for none of them. */
export interface Measure {
  /** The part of docs/security.md that lists it. */
  readonly section: string;
  /** Ids of criteria. */
  readonly for: readonly string[];
  readonly title: Texts;
  readonly how: Texts;
  readonly evidence: readonly string[];
}

/** A norm as it is written in `services/system/compliance`: the only place where verdicts are written. */
export interface NormDocument extends Pick<NormReport, 'id' | 'title' | 'version' | 'reference' | 'checkedOn'> {
  /** After how many days it has to be checked again. */
  readonly validDays: number;
  readonly themes: readonly {
    readonly id: string;
    readonly title: Texts;
    /** Evidence: `review`, a document, or a test as `file > title`. */
    readonly criteria: readonly (Omit<Criterion, 'evidence'> & { readonly evidence?: readonly string[] })[];
  }[];
  readonly measures?: readonly Measure[];
}

const FOLDER = new URL('../../compliance/', import.meta.url);
/** Accessibility first, as it concerns everybody. */
const ORDER = [
  'rgaa-portal',
  'rgaa-app',
  'raam-app',
  'rgpd',
  'rgesn',
  'asvs',
  'anssi',
  'rgi',
  'ngsi-ld',
  'dcat-ap',
  'reuse',
];

export function readNorms(): readonly NormDocument[] {
  const norms = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as NormDocument);
  return norms.sort((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id));
}

export function reportOf(norm: NormDocument, now: Date): NormReport {
  const themes = norm.themes.map(({ id, title, criteria }) => ({
    id,
    title,
    criteria: criteria.map(({ reason, plan, ...criterion }) => ({
      ...criterion,
      ...reasonOf(norm, criterion.id, reason),
      ...(plan && { plan: { ...plan, text: plain(plan.text) } }),
      evidence: evidenceOf(norm, criterion.id, criterion.evidence).map(asEvidence),
    })),
  }));
  const { id, title, version, reference, checkedOn, validDays } = norm;
  const checkAgainBy = dayAfter(checkedOn, validDays);
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of themes.flatMap(({ criteria }) => criteria)) counts[verdict] += 1;
  const isOld = now.toISOString().slice(0, 10) > checkAgainBy;
  return { id, title, version, reference, checkedOn, checkAgainBy, isOld, counts, themes };
}

export function summaryOf(norm: NormDocument, now: Date): NormSummary {
  const { themes, ...summary } = reportOf(norm, now);
  const criteria = themes.flatMap((theme) => theme.criteria);
  return { ...summary, notMet: criteria.filter(({ verdict }) => verdict === 'notMet') };
}

/** What is written about a criterion; otherwise what the measures for it do. */
function reasonOf({ measures = [] }: NormDocument, id: string, own: Texts | undefined): { readonly reason?: Texts } {
  if (own !== undefined) return { reason: plain(own) };
  const hows = measures.filter((measure) => measure.for.includes(id)).map(({ how }) => how);
  if (hows.length === 0) return {};
  return { reason: plain({ en: hows.map(({ en }) => en).join('; '), fr: hows.map(({ fr }) => fr).join(' ; ') }) };
}

function evidenceOf({ measures = [] }: NormDocument, id: string, own: readonly string[] = []): readonly string[] {
  const shown = measures.filter((measure) => measure.for.includes(id)).flatMap(({ evidence }) => evidence);
  return [...new Set([...own, ...shown])];
}

/** `review`, `docs/access.md` or `platform/test/start.test.ts > a title`. */
export function asEvidence(written: string): Evidence {
  if (written === 'review') return { kind: 'review' };
  const [file = '', text] = written.split(' > ');
  const kind = /\.test\.ts$/.test(file) ? 'test' : 'document';
  return { kind, file, ...(text !== undefined && { text }) };
}

/** Without the marks of Markdown, which the documentation keeps. */
function plain({ en, fr }: Texts): Texts {
  return { en: en.replaceAll('`', ''), fr: fr.replaceAll('`', '') };
}

function dayAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
