/** What a route changes is in the audit with its values, read before and after with the rights of the sender. */
export interface AuditedChange {
  /**
   * Where they are:
   * - `route`: the answer to GET on the same path
   * - `above`: in the answer to GET on the path without its last segment, as the one with this `id`, else `name` or
   *   `code`, or as a member
   * - `body`: the body has the new values; those before are not recorded
   */
  readonly values: 'route' | 'above' | 'body';
  /** Members whose values are left out, beside those whose names tell that they are secret or personal. */
  readonly hidden?: readonly string[];
}
