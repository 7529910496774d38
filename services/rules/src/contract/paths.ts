export const RULES = {
  list: 'GET /rules',
  schema: 'GET /rules/schema',
  check: 'POST /rules/check',
  one: 'GET /rules/:id',
  versions: 'GET /rules/:id/versions',
  create: 'POST /rules',
  replace: 'PUT /rules/:id',
  remove: 'DELETE /rules/:id',
  backtestDraft: 'POST /rules/backtest',
  replay: 'POST /rules/replay',
  backtest: 'POST /rules/:id/backtest',
  explain: 'GET /rules/:id/explain',
  explainAlarm: 'GET /rules/explain',
  notify: 'POST /rules/notify/:scope',
} as const;

export const MAINTENANCE = {
  list: 'GET /rules/maintenance',
  announce: 'POST /rules/maintenance',
  end: 'DELETE /rules/maintenance/:id',
} as const;
