export type { EnqueueOptions, Job, JobDefinition, JobRun, Jobs, Recurrence } from './definitions.ts';
export { type JobsOptions, migrationsFolder, openJobs, preloadJobs, type RunningJobs } from './open-jobs.ts';
