export const STATISTICS = {
  flows: 'GET /decisions/flows',
  statistics: 'GET /decisions/statistics',
  imports: 'GET /decisions/statistics/imports',
  importFile: 'POST /decisions/statistics/imports',
  communeMoves: 'PUT /decisions/statistics/communes',
} as const;

export const INDICATORS = {
  list: 'GET /decisions/indicators',
  one: 'GET /decisions/indicators/:id',
  save: 'PUT /decisions/indicators/:id',
  remove: 'DELETE /decisions/indicators/:id',
  compute: 'POST /decisions/indicators/computation',
} as const;

export const MODELS = {
  list: 'GET /decisions/models',
  one: 'GET /decisions/models/:id',
  check: 'POST /decisions/models/check',
  save: 'PUT /decisions/models/:id',
  remove: 'DELETE /decisions/models/:id',
} as const;

export const CROSSINGS = {
  cross: 'GET /decisions/crossings',
  difference: 'GET /decisions/differences',
} as const;

export const COMPARISON = {
  compare: 'GET /decisions/comparison',
  share: 'PUT /decisions/comparison/shared',
} as const;

export const REACH = {
  around: 'POST /decisions/reach',
  people: 'POST /decisions/reach/people',
} as const;

export const SCENARIOS = {
  simulate: 'POST /decisions/simulations',
  explain: 'POST /decisions/explanations',
  list: 'GET /decisions/scenarios',
  one: 'GET /decisions/scenarios/:id',
  save: 'PUT /decisions/scenarios/:id',
  remove: 'DELETE /decisions/scenarios/:id',
  versions: 'GET /decisions/scenarios/:id/versions',
  comment: 'POST /decisions/scenarios/:id/comments',
  share: 'POST /decisions/scenarios/:id/link',
  publish: 'POST /decisions/scenarios/:id/publication',
  withdraw: 'DELETE /decisions/scenarios/:id/publication',
  unshare: 'DELETE /decisions/scenarios/:id/link',
  shared: 'GET /decisions/shared/:link',
  sharedPdf: 'GET /decisions/shared/:link/pdf',
  pdf: 'GET /decisions/scenarios/:id/pdf',
} as const;
