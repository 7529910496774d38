export const DATASETS = {
  list: 'GET /opendata/datasets',
  one: 'GET /opendata/datasets/:id',
  save: 'PUT /opendata/datasets/:id',
  remove: 'DELETE /opendata/datasets/:id',
  publish: 'POST /opendata/datasets/:id/publish',
  withdraw: 'POST /opendata/datasets/:id/withdraw',
  refresh: 'POST /opendata/datasets/:id/refresh',
  preview: 'POST /opendata/preview',
  schemas: 'GET /opendata/schemas',
} as const;

export const KEY_REQUESTS = {
  list: 'GET /opendata/key-requests',
  decide: 'PUT /opendata/key-requests/:id',
} as const;

export const VIEW_FILES = {
  write: 'POST /opendata/exports',
  progress: 'GET /opendata/exports/:id',
  content: 'GET /opendata/exports/:id/file',
} as const;
