import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { models } from '../models/catalog.ts';
import { type Conflicts, conflictsOf } from '../models/conflicts.ts';
import { contextOf } from '../models/context-of.ts';
import { OWN_SUBJECTS } from '../models/iris.ts';

type Terms = Readonly<Record<string, string>>;

/** The version that the models of a subject are written as, where it is not the first. */
const VERSIONS: Readonly<Record<string, number>> = { Alert: 2, Environment: 2, Transportation: 2 };
/** The territory's @context with all models, and the published one that it continues. */
export const AGGREGATE_PATH = 'territory/v4.jsonld';
const AGGREGATE_BEFORE = 'territory/v3.jsonld';

/** Where the @context of a subject's models lies, e.g. `Alert/v2.jsonld`. */
export function subjectPath(subject: string): string {
  return `${subject}/v${VERSIONS[subject] ?? 1}.jsonld`;
}

/** What each subject's models say, by subject. */
export function subjectContexts(): Map<string, Terms> {
  const subjects = new Set(models.map(({ subject }) => subject));
  return new Map(
    [...subjects].map((subject) => [subject, contextOf(models.filter((model) => model.subject === subject))]),
  );
}

export function modelConflicts(): Conflicts {
  return conflictsOf(subjectContexts());
}

/**
 * The territory's @context: prefixes of the subjects, then the terms of the version before, then those of the models in
 * their order, so that no term changes its meaning.
 */
export function aggregateContext(before: Terms): Terms {
  const prefixes = [...subjectContexts().keys()]
    .filter((subject) => !OWN_SUBJECTS.has(subject))
    .map((subject) => [`sdm${subject.replace(/\W/g, '')}`, `https://smartdatamodels.org/dataModel.${subject}/`]);
  return { ...contextOf(models), ...Object.fromEntries(prefixes), ...before };
}

/**
 * Writes the @contexts of the models. A published version never changes.
 *
 * @throws Error: a version that is there says something else
 */
export function writeContexts(folder: string): string[] {
  const before = readTerms(join(folder, AGGREGATE_BEFORE));
  const documents = new Map<string, Terms>([
    ...[...subjectContexts()].map(([subject, terms]): [string, Terms] => [subjectPath(subject), terms]),
    [AGGREGATE_PATH, aggregateContext(before)],
  ]);
  return [...documents].flatMap(([path, terms]) => {
    const file = join(folder, path);
    const text = `${JSON.stringify({ '@context': terms }, undefined, 2)}\n`;
    if (existsSync(file)) {
      if (JSON.stringify(readTerms(file)) !== JSON.stringify(terms)) {
        throw new Error(`${path} is published and says something else, expected a new version for what changed`);
      }
      return [];
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return [file];
  });
}

function readTerms(file: string): Terms {
  return (JSON.parse(readFileSync(file, 'utf8')) as { '@context': Terms })['@context'];
}
