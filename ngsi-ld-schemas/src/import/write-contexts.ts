import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { models } from '../models/catalog.ts';
import { type Conflicts, conflictsOf } from '../models/conflicts.ts';
import { contextOf } from '../models/context-of.ts';
import { OWN_SUBJECTS } from '../models/iris.ts';

type Terms = Readonly<Record<string, string>>;

/** The present version of a subject's models, if it is not the first. */
const VERSIONS: Readonly<Record<string, number>> = { Alert: 2, Environment: 2, Transportation: 2 };
/** The territory's @context with all models, and the published one that it extends. */
export const AGGREGATE_PATH = 'territory/v5.jsonld';
const AGGREGATE_BEFORE = 'territory/v3.jsonld';

/** The path of the @context of a subject's models, e.g. `Alert/v2.jsonld`. */
export function subjectPath(subject: string): string {
  return `${subject}/v${VERSIONS[subject] ?? 1}.jsonld`;
}

/** The terms of each subject's models. */
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
 * The territory's @context: prefixes of the subjects, then the terms of the previous version, then those of the models
 * in order, so that no term changes its meaning.
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
 * @throws Error: an existing version has other content
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
