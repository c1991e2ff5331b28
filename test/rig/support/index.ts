/** What suites do with a rig: real kubectl and dig, SQL, the operator's process, and what must not have happened. */
export { messageOf } from '../errors.ts';
export { type WaitOptions, waitFor } from '../process/wait-for.ts';
export { type Denial, type DnsRecord, dig, digDenial, transferZone } from './dig.ts';
export { environment } from './environment.ts';
export {
  assertNoRefusals,
  type ExpectedRefusal,
  serviceAccountUser,
  unexpectedRefusals,
} from './forbidden.ts';
export { isRunning } from './is-running.ts';
export { createKubectl, type Kubectl } from './kubectl.ts';
export {
  dnsFlags,
  GUIDE_MYSQL_HOST,
  OPERATOR_ACCOUNT,
  type OperatorOptions,
  startOperator,
} from './operator.ts';
export { CREDENTIALS, prepareCluster, prepareCredentials } from './prepare.ts';
export { countRequests, type RequestCounts } from './requests.ts';
export { createResources, type Resources } from './resources.ts';
export { type RunOptions, type RunResult, run } from './run.ts';
export { createSql, type Sql } from './sql.ts';
