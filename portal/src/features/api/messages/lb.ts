import type { messages as en } from './en.ts';

export const messages: typeof en = {
  page: 'API ausprobéieren',
  intro:
    'All Operatioune vun dëser Plattform, vun hei auszeprobéieren: Wat Dir schéckt, gëtt gemaach. Wien ugemellt ass, freet mat sengen eegene Rechter; „Authorize“ hëlt amplaz e Schlëssel oder en Token.',
  document: 'D’Dokument selwer (OpenAPI 3.1)',
  loading: 'D’Operatioune gi gelueden',
  failed: 'D’Operatioune konnten net geluede ginn.',
};
