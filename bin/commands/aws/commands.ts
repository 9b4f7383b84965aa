import { Option, type Command } from 'commander';
import type { AwsOptions } from '../../aws/credentials.js';
import type { AwsKubeconfigOptions } from './kubeconfig.js';
import type { AwsStatusOptions } from './status.js';

const stackOption = (): Option =>
  new Option('--stack <name>', 'the CloudFormation stack').env('FINITE_STACK').default('finite');
const regionOption = (): Option => new Option('--region <region>', 'else that of the environment or of the profile');
const profileOption = (): Option =>
  new Option('--profile <profile>', 'of the AWS configuration, whose credentials are used');
const serverOption = (): Option =>
  new Option('--server <url>', 'of a proxy or a domain of your own, in place of the stack’s function URL').env(
    'FINITE_SERVER',
  );
const authorityOption = (): Option =>
  new Option('--certificate-authority <file>', 'who vouches for that server (PEM), where not everybody knows it').env(
    'FINITE_CERTIFICATE_AUTHORITY',
  );
const formatOption = (): Option =>
  new Option('--output <format>', 'how it is printed').choices(['text', 'json']).default('text');

/** `finite aws …`. Each command's code is loaded when it is asked for; nothing here loads an AWS SDK. */
export function addAwsCommands(aws: Command): void {
  aws.description('work with a finite that is deployed on AWS').hook('preAction', () => {
    // The SDK speaks of its versions to come; which one is used is finite's matter, and kubectl would show it each time.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  });
  addKubeconfig(aws);
  addToken(aws);
  addStatus(aws);
  addDoctor(aws);
}

function addKubeconfig(aws: Command): void {
  aws
    .command('kubeconfig')
    .description('write the kubeconfig of a deployed stack; kubectl then comes as the AWS identity it is run by')
    .addOption(stackOption())
    .addOption(regionOption())
    .addOption(profileOption())
    .addOption(serverOption())
    .addOption(authorityOption())
    .option('--output <file>', '- for standard output; else a file of the stack’s own in ~/.finite/aws')
    .addOption(
      new Option('--exec <program>', 'what kubectl asks for tokens').choices(['finite', 'aws']).default('finite'),
    )
    .action(async (options: AwsKubeconfigOptions) => {
      const { kubeconfig } = await import('./kubeconfig.js');
      process.stdout.write(await kubeconfig(options));
    });
}

function addToken(aws: Command): void {
  aws
    .command('token')
    .description('print a token for kubectl (an ExecCredential), as aws eks get-token does')
    .requiredOption('--cluster <id>', 'the output ClusterId of the stack')
    .addOption(regionOption())
    .addOption(profileOption())
    .action(async (options: AwsOptions & { cluster: string }) => {
      const { token } = await import('./token.js');
      process.stdout.write(await token(options));
    });
}

function addStatus(aws: Command): void {
  aws
    .command('status')
    .description('say what runs, what waits and for what, and what comes next')
    .addOption(stackOption())
    .addOption(regionOption())
    .addOption(profileOption())
    .addOption(serverOption())
    .addOption(authorityOption())
    .addOption(formatOption())
    .action(async (options: AwsStatusOptions) => {
      const { status } = await import('./status.js');
      process.stdout.write(await status(options));
    });
}

function addDoctor(aws: Command): void {
  aws
    .command('doctor')
    .description('look at a deployed stack: what is wrong, and what to do about it; exit code 1 where something is')
    .addOption(stackOption())
    .addOption(regionOption())
    .addOption(profileOption())
    .addOption(serverOption())
    .addOption(authorityOption())
    .addOption(formatOption())
    .action(async (options: AwsStatusOptions) => {
      const { doctor } = await import('./doctor.js');
      process.exitCode = (await doctor(options)) ? 0 : 1;
    });
}
