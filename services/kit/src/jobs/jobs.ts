export type { EnqueueOptions, Job, JobDefinition, JobRun, Jobs, Recurrence } from './definitions.ts';
export { type JobsOptions, openJobs, type RunningJobs } from './open-jobs.ts';
