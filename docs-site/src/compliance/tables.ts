import { type Measure, type NormDocument, readNorms, reportOf } from '@alzette/system/compliance';
import { COMPLIANCE_WORDS, VERDICTS } from '@alzette/system/compliance-words';
import type { Criterion } from '@alzette/system/contract';

type Tongue = 'en' | 'fr';
type Cells = readonly string[];

const norms = readNorms();
/** A link definition that nothing links to: Markdown's comment. */
const PLACE = /^\[\/\/\]: # "compliance: ([^"]+)"\n[\s\S]*?^\[\/\/\]: # "end of compliance"$/gm;

/** A page of the documentation with the tables that its comments name, from `services/system/compliance`. */
export function withComplianceTables(page: string, language: Tongue): string {
  return page.replace(PLACE, (_place, asked: string) => {
    const [what = '', id = '', section] = asked.split(' ');
    return `[//]: # "compliance: ${asked}"\n\n${made(what, id, section, language)}\n\n[//]: # "end of compliance"`;
  });
}

function made(what: string, id: string, section: string | undefined, language: Tongue): string {
  if (what === 'summary') return summary(language);
  if (what === 'failures') return failures(language);
  const norm = norms.find((each) => each.id === id);
  if (norm === undefined) throw new Error(`compliance: got ${what} ${id}, expected the id of a norm after ${what}`);
  if (what === 'counts') return counts([norm], language);
  if (what === 'grid') return grid(norm, language);
  if (what === 'measures') return measures(norm.measures ?? [], section, language);
  throw new Error(`compliance: got ${what}, expected summary, failures, counts, grid or measures`);
}

const summary = (language: Tongue) => counts(norms, language);

function counts(some: readonly NormDocument[], language: Tongue): string {
  const words = COMPLIANCE_WORDS[language];
  const head = [words.norm, 'version', ...VERDICTS.map((verdict) => words.verdicts[verdict]), words.checkedOn];
  const rows = some.map((norm) => {
    const { counts: found } = reportOf(norm, new Date(norm.checkedOn));
    const figures = VERDICTS.map((verdict) => String(found[verdict]));
    return [norm.title[language], norm.version, ...figures, `\`${norm.checkedOn}\``];
  });
  return table(head, rows, '|---|---|--:|--:|--:|--:|--:|---|');
}

function failures(language: Tongue): string {
  const words = COMPLIANCE_WORDS[language];
  const rows = norms.flatMap((norm) =>
    norm.themes
      .flatMap(({ criteria }) => criteria)
      .filter(({ verdict }) => verdict === 'notMet')
      .map((criterion) => [
        norm.title[language],
        named(criterion, language),
        criterion.reason?.[language] ?? '',
        criterion.plan?.by === undefined ? words.noPlan : `\`${criterion.plan.by}\``,
        criterion.plan?.text[language] ?? '',
      ]),
  );
  const [by, plan] = language === 'fr' ? ['quand', 'quoi, ou pourquoi non'] : ['by when', 'what, or why not'];
  return table([words.norm, words.criterion, words.reason, by, plan], rows);
}

function grid({ themes }: NormDocument, language: Tongue): string {
  const words = COMPLIANCE_WORDS[language];
  const parts = themes.map(({ id, title, criteria }) => {
    const rows = criteria.map((criterion) => [
      named(criterion, language),
      words.verdicts[criterion.verdict],
      criterion.reason?.[language] ?? '',
    ]);
    return `### ${id} ${title[language]}\n\n${table([words.criterion, words.verdict, words.reason], rows)}`;
  });
  return parts.join('\n\n');
}

function named({ id, title }: Pick<Criterion, 'id' | 'title'>, language: Tongue): string {
  return title === undefined ? id : `${id} ${title[language]}`;
}

function measures(some: readonly Measure[], section: string | undefined, language: Tongue): string {
  const rows = some
    .filter((measure) => measure.section === section)
    .map((measure) => [
      [measure.for.join(', '), measure.title[language]].filter(Boolean).join(' '),
      measure.how[language],
      measure.evidence.map(shown).join(', '),
    ]);
  return table(language === 'fr' ? ['exigence', 'comment', 'montré par'] : ['requirement', 'how', 'shown by'], rows);
}

function shown(evidence: string): string {
  const [file, text] = evidence.split(' > ');
  return text === undefined ? `\`${file}\`` : `\`${file}\` "${text}"`;
}

function table(head: Cells, rows: readonly Cells[], line = `|${'---|'.repeat(head.length)}`): string {
  const row = (cells: Cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), line, ...rows.map(row)].join('\n');
}
