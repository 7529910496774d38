export { clientGone } from './client-gone.ts';
export { type Compute, type ComputeOptions, createCompute, type RunOptions } from './create-compute.ts';
