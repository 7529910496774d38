/** URL of the @context whose terms the names of a tenant's devices and attributes are. */
export type ContextOf = (tenant: string) => string;
