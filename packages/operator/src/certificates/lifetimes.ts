/** How long certificates are good for, and when what is due. All in milliseconds. */
const hour = 3_600_000;
const day = 24 * hour;

/** Certificates begin this long before they are made. */
export const backdateMs = hour;
export const authorityLifetimeMs = 365 * day;
export const servingLifetimeMs = 90 * day;
/** A certificate is renewed when less than this is left of it. */
export const authorityRenewMs = 120 * day;
export const servingRenewMs = 30 * day;
/** A new authority stands in the bundle this long before it signs what is served: API servers must have read the bundle. */
export const announceMs = hour;
/** An old authority stays in the bundle this long after the last certificate that it signed was replaced. */
export const retireMs = day;
