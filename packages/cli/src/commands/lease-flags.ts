/** The flags of leader election, in seconds as people know them from other controllers. */
import type { LeaseOptions } from '@tenant-operator/kube';
import { InvalidArgumentError, type Option } from 'commander';
import { CommandFailure } from '../failure.ts';

/** As commander names them. */
export interface LeaseFlags {
  readonly leaseDurationSeconds: number;
  readonly leaseRenewDeadlineSeconds: number;
  readonly leaseRetryPeriodSeconds: number;
}

type Flag = (flags: string, description: string, env: string) => Option;

export function leaseOptions(flag: Flag): Option[] {
  const seconds = (name: string, description: string, env: string, value: number) =>
    flag(`--lease-${name}-seconds <n>`, description, `LEASE_${env}_SECONDS`)
      .argParser(positive)
      .default(value);
  return [
    seconds('duration', 'others take over when the leader was silent for so long', 'DURATION', 15),
    seconds(
      'renew-deadline',
      'the leader gives up when it could not renew for so long',
      'RENEW_DEADLINE',
      10,
    ),
    seconds('retry-period', 'between two tries to take or to renew the lease', 'RETRY_PERIOD', 2),
  ];
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('a whole number of seconds is needed');
}

/** Throws CommandFailure for times that cannot work together. */
export function leaseTimes(
  flags: LeaseFlags,
): Required<Pick<LeaseOptions, 'leaseDurationMs' | 'renewDeadlineMs' | 'retryPeriodMs'>> {
  const { leaseDurationSeconds, leaseRenewDeadlineSeconds, leaseRetryPeriodSeconds } = flags;
  if (
    leaseDurationSeconds <= leaseRenewDeadlineSeconds ||
    leaseRenewDeadlineSeconds <= leaseRetryPeriodSeconds
  ) {
    throw new CommandFailure(
      `the lease needs --lease-duration-seconds (${leaseDurationSeconds}) above --lease-renew-deadline-seconds (${leaseRenewDeadlineSeconds}), and that above --lease-retry-period-seconds (${leaseRetryPeriodSeconds})`,
    );
  }
  return {
    leaseDurationMs: leaseDurationSeconds * 1_000,
    renewDeadlineMs: leaseRenewDeadlineSeconds * 1_000,
    retryPeriodMs: leaseRetryPeriodSeconds * 1_000,
  };
}
