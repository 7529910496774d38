import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The official models, which are stored outside the repository. */
const REFERENCE = fileURLToPath(new URL('../../../../shared/smart-data-models', import.meta.url));

/** The reason to skip if they are missing. */
export const MISSING: string | false = existsSync(REFERENCE)
  ? false
  : 'the official models (../shared/smart-data-models) are missing';

export type OfficialEntity = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

interface OfficialType {
  readonly subject: string;
  readonly type: string;
}

export const officialTypes: readonly OfficialType[] = MISSING
  ? []
  : (JSON.parse(readFileSync(`${REFERENCE}/catalog.json`, 'utf8')) as { types: OfficialType[] }).types;

/** The example that is valid, with the @context it names. */
export function officialExample({ subject, type }: OfficialType): OfficialEntity {
  const files = ['example-normalized.fixed.jsonld', 'example-normalized.jsonld'].map(
    (name) => `${REFERENCE}/${subject}/${type}/${name}`,
  );
  const file = files.find((path) => existsSync(path)) ?? '';
  return JSON.parse(readFileSync(file, 'utf8')) as OfficialEntity;
}
