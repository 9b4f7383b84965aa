import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { FiniteProps } from './props.js';

/** The value of an option, by name, as text. */
export type Option = (name: string) => string | undefined;

const capacities: readonly FiniteProps['capacity'][] = ['FARGATE', 'FARGATE_SPOT'];
const architectures: Readonly<Record<string, Architecture>> = {
  arm64: Architecture.ARM_64,
  x86_64: Architecture.X86_64,
};

/**
 * An option of the stack that is deployable as it is: `cdk deploy -c admins=arn:…`, or `FINITE_ADMINS=arn:…` in the
 * environment: `logRetentionDays` is `FINITE_LOG_RETENTION_DAYS` there.
 */
export function optionOf(scope: Construct, environment: Readonly<Record<string, string | undefined>>): Option {
  return (name) => {
    const value: unknown =
      scope.node.tryGetContext(name) ??
      environment[`FINITE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`];
    return value === undefined || value === '' ? undefined : String(value);
  };
}

/** Throws for a value that is none of an option's. */
export function propsFrom(scope: Construct, option: Option): FiniteProps {
  return {
    admins: listOf(option('admins')),
    clusterId: option('clusterId'),
    ...vpcFrom(scope, option),
    capacity: oneOf('capacity', option('capacity'), capacities as readonly string[]) as FiniteProps['capacity'],
    logRetention: retentionOf(option('logRetentionDays')),
    deletionProtection: flag('deletionProtection', option('deletionProtection')),
    allowedTaskRoles: listOf(option('allowedTaskRoles')),
    quotas: quotasOf(option('quotas')),
    helperImage: option('helperImage'),
    alarms: flag('alarms', option('alarms')),
    dashboard: flag('dashboard', option('dashboard')),
    architecture: architectures[oneOf('architecture', option('architecture'), Object.keys(architectures)) ?? 'arm64'],
  };
}

/** A VPC that is there is told by its parts, so that no account has to be asked while the template is made. */
function vpcFrom(scope: Construct, option: Option): Pick<FiniteProps, 'vpc' | 'subnets' | 'assignPublicIp'> {
  const vpcId = option('vpc');
  const assignPublicIp = flag('assignPublicIp', option('assignPublicIp'));
  if (vpcId === undefined) return { assignPublicIp };
  const subnetIds = listOf(option('subnets'));
  if (subnetIds.length === 0) throw new Error('`vpc` asks for `subnets`: the IDs of the subnets that pods run in');
  return {
    vpc: Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId, availabilityZones: subnetIds }),
    subnets: { subnets: subnetIds.map((id) => Subnet.fromSubnetId(scope, id, id)) },
    assignPublicIp: assignPublicIp ?? false,
  };
}

function listOf(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function flag(name: string, value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : oneOf(name, value, ['true', 'false']) === 'true';
}

function oneOf(name: string, value: string | undefined, allowed: readonly string[]): string | undefined {
  if (value !== undefined && !allowed.includes(value)) {
    throw new Error(`\`${name}\` is one of ${allowed.join(', ')}, not ${value}`);
  }
  return value;
}

function retentionOf(value: string | undefined): RetentionDays | undefined {
  if (value === undefined) return undefined;
  const days = Object.values(RetentionDays).filter(
    (each) => typeof each === 'number' && each !== RetentionDays.INFINITE,
  );
  return Number(oneOf('logRetentionDays', value, days.map(String)));
}

function quotasOf(value: string | undefined): FiniteProps['quotas'] {
  if (value === undefined) return undefined;
  const quotas: unknown = JSON.parse(value);
  if (typeof quotas !== 'object' || quotas === null || Array.isArray(quotas)) {
    throw new Error('`quotas` is a JSON object');
  }
  return quotas as FiniteProps['quotas'];
}
