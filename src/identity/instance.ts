/** A workspace inside an organization, addressed by its handle. Field names are the API's own, which documents every one of them as nullable (contract section 3.1). */
export interface Instance {
  readonly id: string;
  readonly name: string | null;
  readonly handle: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
  /** The organization that owns it now; in a listing it may be another one than the listed. */
  readonly organization_id: string | null;
  readonly created_by_organization_id: string | null;
  /** Origin of the instance's product-management service. Derived from the handle, not sent by the API; null without one. */
  readonly product_management_url: string | null;
}

/** Whether an organization owns an instance that was found in its listing: it may show what others own (contract section 3.4). */
export function isOwnedBy({ organization_id }: Instance, organizationId: string): boolean {
  return organization_id === null || organization_id.toLowerCase() === organizationId.toLowerCase();
}
