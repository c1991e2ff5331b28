/** The version of this program; a test holds it equal to that of its package. */
export const version = '0.1.0';
export const userAgent = `tenant-operator/${version}`;
