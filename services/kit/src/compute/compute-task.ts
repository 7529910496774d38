/** For the files of tasks: little to load in a thread. */
export { moved } from './moved.ts';
export { type ComputeTask, computeTask } from './task.ts';
