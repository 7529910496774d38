import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { models } from '../models/catalog.ts';
import { type Conflicts, conflictsOf } from '../models/conflicts.ts';
import { contextOf } from '../models/context-of.ts';

type Terms = Readonly<Record<string, string>>;

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
    .filter((subject) => subject !== 'Commune')
    .map((subject) => [`sdm${subject.replace(/\W/g, '')}`, `https://smartdatamodels.org/dataModel.${subject}/`]);
  return { ...contextOf(models), ...Object.fromEntries(prefixes), ...before };
}

/**
 * Writes the @contexts of the models. A published version never changes.
 *
 * @throws Error: a version that is there says something else
 */
export function writeContexts(folder: string): string[] {
  const v1 = readTerms(join(folder, 'territory/v1.jsonld'));
  const documents = new Map<string, Terms>([
    ...[...subjectContexts()].map(([subject, terms]): [string, Terms] => [`${subject}/v1.jsonld`, terms]),
    ['territory/v2.jsonld', aggregateContext(v1)],
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
