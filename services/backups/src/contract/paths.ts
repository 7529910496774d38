export const BACKUPS = { report: 'GET /ops/backups' } as const;
