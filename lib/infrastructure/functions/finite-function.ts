import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ENV } from '../../adapters/aws/names.js';
import { accept, type Accepted } from '../nag.js';
import { BUNDLE } from './bundle.js';

/** What all functions of a deployment have in common. */
export interface FunctionSettings {
  readonly logGroup: LogGroup;
  readonly architecture?: Architecture;
  readonly folder?: string;
}

export interface FiniteFunctionProps extends FunctionSettings {
  /** The entry's name: `lambdas/<entry>.ts`. */
  readonly entry: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly environment: Readonly<Partial<Record<keyof typeof ENV, string>>>;
  readonly statements: readonly PolicyStatement[];
  /** Wildcards in the statements that are meant. */
  readonly accepted?: readonly Accepted[];
}

/** Run from the sources the entries are TypeScript, run as built JavaScript. */
const own = import.meta.url;
const usualFolder = fileURLToPath(new URL('../../../lambdas', own));
const extension = own.endsWith('.ts') ? '.ts' : '.js';

/** One function, bundled with all it imports, as a role that may do what its statements say and write its log. */
export class FiniteFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: FiniteFunctionProps) {
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `finite: ${props.description}`,
    });
    for (const statement of props.statements) role.addToPolicy(statement);
    props.logGroup.grantWrite(role);
    super(scope, id, {
      entry: entryOf(props.folder ?? usualFolder, props.entry),
      handler: 'handler',
      description: `finite: ${props.description}`,
      runtime: Runtime.NODEJS_22_X,
      architecture: props.architecture ?? Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role,
      environment: environmentOf(props.environment),
      // A variable of an SDK that nothing here uses.
      awsSdkConnectionReuse: false,
      logGroup: props.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // The platform's own lines cost more than the invocations they tell of; failed ones are still reported.
      systemLogLevelV2: SystemLogLevel.WARN,
      bundling: {
        ...BUNDLE,
        mainFields: [...BUNDLE.mainFields],
        format: OutputFormat.ESM,
        // All in one file: what the runtime brings is older, and slower to load than what esbuild leaves of it.
        bundleAwsSDK: true,
      },
    });
    if (props.accepted !== undefined) accept(role, ...props.accepted);
    accept(this, {
      rule: 'L1',
      reason: 'Node.js 22 is the runtime the bundles are made for and tested on; a newer one is a change of its own.',
    });
  }
}

function entryOf(folder: string, name: string): string {
  const path = join(folder, `${name}${extension}`);
  return existsSync(path) ? path : join(folder, `${name}.ts`);
}

function environmentOf(values: FiniteFunctionProps['environment']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .map(([key, value]) => [ENV[key as keyof typeof ENV], value]),
  );
}
