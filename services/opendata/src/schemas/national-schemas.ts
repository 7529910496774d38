import { readFileSync } from 'node:fs';
import type { TableSchema } from '../contract/definition.ts';

/** Schemas of schema.data.gouv.fr by a short name: the name, type and constraints of each field. */
export const NATIONAL_SCHEMAS = JSON.parse(
  readFileSync(new URL('./national-schemas.json', import.meta.url), 'utf8'),
) as Readonly<Record<'irve' | 'menus' | 'comptage-canal' | 'comptage-mesure', TableSchema>>;
