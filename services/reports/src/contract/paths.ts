export const REPORTS = {
  list: 'GET /reports',
  one: 'GET /reports/:id',
  record: 'POST /reports',
  act: 'POST /reports/:id/acts',
  actOnMany: 'POST /reports/acts',
  makeWorkOrder: 'POST /reports/:id/work-order',
  contact: 'GET /reports/:id/contact',
  suggestions: 'GET /reports/:id/suggestions',
  statistics: 'GET /reports/statistics',
} as const;

export const REPORT_SETUP = {
  categories: 'GET /reports/categories',
  saveCategory: 'PUT /reports/categories/:code',
  removeCategory: 'DELETE /reports/categories/:code',
  templates: 'GET /reports/templates',
  saveTemplate: 'PUT /reports/templates/:id',
  removeTemplate: 'DELETE /reports/templates/:id',
  settings: 'GET /reports/settings',
  changeSettings: 'PUT /reports/settings',
  keys: 'GET /reports/keys',
  addKey: 'POST /reports/keys',
  removeKey: 'DELETE /reports/keys/:id',
  blocks: 'GET /reports/blocks',
  block: 'POST /reports/:id/block',
  removeBlock: 'DELETE /reports/blocks/:id',
  exportPerson: 'POST /reports/persons/export',
  erasePerson: 'POST /reports/persons/erase',
} as const;

export const CITIZEN_REPORTS = {
  list: 'GET /citizen/v1/reports',
  categories: 'GET /citizen/v1/reports/categories',
  nearby: 'GET /citizen/v1/reports/nearby',
  assets: 'GET /citizen/v1/reports/assets',
  challenge: 'GET /citizen/v1/reports/challenge',
  statistics: 'GET /citizen/v1/reports/statistics',
  suggestions: 'POST /citizen/v1/reports/suggestions',
  addPhoto: 'POST /citizen/v1/reports/photos',
  add: 'POST /citizen/v1/reports',
  one: 'GET /citizen/v1/reports/:id',
  support: 'POST /citizen/v1/reports/:id/me-too',
} as const;

export const FOLLOWED_REPORTS = {
  report: 'GET /citizen/v1/reports/follow/:token',
  reopen: 'POST /citizen/v1/reports/follow/:token/reopen',
  survey: 'POST /citizen/v1/reports/follow/:token/survey',
  add: 'POST /citizen/v1/reports/follow/:token/additions',
  setContact: 'PUT /citizen/v1/reports/follow/:token/contact',
  export: 'GET /citizen/v1/reports/follow/:token/export',
  erase: 'DELETE /citizen/v1/reports/follow/:token',
} as const;
