export const DASHBOARDS = {
  list: 'GET /dashboards',
  templates: 'GET /dashboards/templates',
  one: 'GET /dashboards/:id',
  versions: 'GET /dashboards/:id/versions',
  save: 'PUT /dashboards/:id',
  remove: 'DELETE /dashboards/:id',
  share: 'POST /dashboards/:id/link',
  unshare: 'DELETE /dashboards/:id/link',
  shared: 'GET /dashboards/shared/:link',
} as const;

export const QUESTIONS = {
  list: 'GET /dashboards/questions',
  save: 'PUT /dashboards/questions/:id',
  remove: 'DELETE /dashboards/questions/:id',
} as const;

export const SAVED_VIEWS = {
  list: 'GET /dashboards/views',
  save: 'PUT /dashboards/views/:id',
  remove: 'DELETE /dashboards/views/:id',
} as const;

export const DASHBOARD_REPORTS = {
  list: 'GET /dashboards/reports',
  save: 'PUT /dashboards/reports/:id',
  remove: 'DELETE /dashboards/reports/:id',
  send: 'POST /dashboards/reports/:id/send',
  sent: 'GET /dashboards/reports/sent/:id/:format',
} as const;

export const FIGURES = {
  list: 'GET /dashboards/figures',
} as const;
