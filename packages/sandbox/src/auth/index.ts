/** Who asks: bearer tokens, and the administrator for local clients that send none. */
import type { User } from '../engine/index.ts';
import { ApiStatusError } from '../status/index.ts';

export type Authenticator = (authorization: string | undefined) => User;

export const ADMIN: User = { name: 'system:admin', groups: ['system:masters', 'system:authenticated'] };

/**
 * `tokens` maps tokens to users. kubectl sends no token over plain HTTP, so a request without one is the
 * administrator's, unless `required`. An unknown token is 401.
 */
export function createAuthenticator(tokens: ReadonlyMap<string, User>, required: boolean): Authenticator {
  return (authorization) => {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const user = token === undefined ? (required ? undefined : ADMIN) : tokens.get(token);
    if (!user) throw new ApiStatusError(401, 'Unauthorized', 'Unauthorized');
    return user;
  };
}
