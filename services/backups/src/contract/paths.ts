export const BACKUPS = { report: 'GET /ops/backups' } as const;

export const LEAVING = {
  download: 'GET /ops/leaving/archive',
  upload: 'POST /ops/leaving/archive',
  compare: 'POST /ops/leaving/comparison',
  remove: 'DELETE /ops/leaving/tenants/:tenant',
} as const;
