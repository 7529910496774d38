export const JOBS = {
  list: 'GET /ops/jobs',
  job: 'GET /ops/jobs/:name',
  run: 'POST /ops/jobs/:name/run',
} as const;
