import type { Manifest } from '../../src/contract/manifest.ts';

export const MANIFEST_OF_TEST: Manifest = {
  format: 1,
  id: 'full-bins',
  version: '1.0.0',
  title: { fr: 'Conteneurs pleins', en: 'Full containers' },
  description: { fr: 'Une règle et un tableau' },
  licence: 'EUPL-1.2',
  authors: ['The tests'],
  requires: { alzette: '>=0.1.0' },
};
