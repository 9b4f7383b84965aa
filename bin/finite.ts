#!/usr/bin/env node
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addAwsCommands } from './commands/aws/commands.js';
import type { BackfillCommand } from './commands/backfill.js';
import { version } from './commands/version.js';
import { parseAddress, type Address } from './local/address.js';
import { describeLostOutput, outputLostExitCode, watchOutput } from './local/lost-output.js';
import { UsageError } from './local/usage-error.js';
import { runtimeChoices, type RuntimeChoice } from './local/runtime-choice.js';

// Memory before speed, for a server that keeps to 200 MB. V8 would double its heap before it looks for garbage …
setFlagsFromString('--heap-growing-percent=50');
// … and let what is newly made take 32 MB, of which most is garbage.
setFlagsFromString('--semi-space-growth-factor=1');
// Compiling thoroughly what runs a little takes more processor time than it saves: seven times the usual patience.
setFlagsFromString('--interrupt-budget=1000000');

const lostOutput = watchOutput(process.stdout, process.stderr);

/** These have pods to think of: a run stops them first, a server goes on. */
const outliveTheirReader = ['run', 'up'];

/** Each command's code is loaded when it is asked for: `finite version` should not wait for a database to load. */
const program = new Command('finite')
  .description('Kubernetes Jobs and CronJobs without a cluster')
  .showHelpAfterError('(finite help shows what there is)')
  // What was typed wrong is wrong input, as a manifest may be.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .version(version().trimEnd(), '-V, --version', 'print versions')
  .hook('preAction', (_, command) => {
    if (!outliveTheirReader.includes(command.name())) void lostOutput.then(endWithoutReader);
  })
  .enablePositionalOptions();

const dataOption = new Option('--data <folder>', 'where objects, logs and credentials are kept')
  .env('FINITE_DATA')
  .default(join(homedir(), '.finite'), '~/.finite');
const listenOption = new Option('--listen <host:port>', 'address to serve on')
  .default(toAddress('127.0.0.1:6443'), '127.0.0.1:6443')
  .argParser(toAddress);
const runtimeOption = runtimeOptionOf(runtimeChoices);
const podThresholdOption = new Option(
  '--terminated-pod-gc-threshold <pods>',
  'finished pods that are kept, the newest; 0: all',
)
  .default(12_500)
  .argParser(toPodThreshold);

program
  .command('run')
  .description('run the Jobs of a manifest to their end and exit')
  .argument('<file>', 'YAML or JSON, any number of documents; - for standard input')
  // Where nothing runs nothing ends, and nobody else could play the kubelet.
  .addOption(runtimeOptionOf(runtimeChoices.filter((choice) => choice !== 'none')))
  .option('--timeout <duration>', 'stop everything after this time (90, 90s, 10m, 2h)', parseDuration)
  .addOption(new Option('--logs <which>', 'whose logs are shown').choices(['all', 'none']).default('all'))
  .addOption(
    new Option('--output <format>', 'json prints a report on standard output, the rest on standard error')
      .choices(['text', 'json'])
      .default('text'),
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 all Jobs complete, 1 a Job failed, 2 the input is wrong, 124 timeout,\n130 interrupted, 141 nobody reads the output any more; then all pods have been stopped.',
  )
  .action(
    async (
      file: string,
      options: { runtime: RuntimeChoice; timeout?: number; logs: 'all' | 'none'; output: 'text' | 'json' },
    ) => {
      const { run } = await import('./commands/run.js');
      process.exitCode = await run(file, { ...options, timeoutMs: options.timeout, lostOutput });
    },
  );

program
  .command('up')
  .description('serve the Kubernetes API until Ctrl-C; a restart goes on where it was')
  .addOption(dataOption)
  .addOption(listenOption)
  .addOption(runtimeOption)
  .addOption(podThresholdOption)
  .action(
    async (options: { data: string; listen: Address; runtime: RuntimeChoice; terminatedPodGcThreshold: number }) => {
      const { up } = await import('./commands/up.js');
      await up(options);
    },
  );

program
  .command('backfill')
  .description('run the past ticks of a CronJob on a running server, in order, each once; run again to go on')
  .argument('<cronjob>', 'cronjob/NAME')
  .requiredOption('--from <time>', 'the first tick: a date or an RFC 3339 time')
  .requiredOption('--to <time>', 'the end: the first moment that is too late')
  .option('--parallel <n>', 'Jobs that may run at the same time', parseCount, 1)
  .option('--rerun', 'run ticks again that may have run, but whose Jobs are gone', false)
  .option('-n, --namespace <namespace>', 'of the CronJob; else that of the kubeconfig')
  .option('--kubeconfig <file>', "else that of --data, $KUBECONFIG, or finite up's own")
  .option('--data <folder>', 'the data folder of a finite up, for its kubeconfig')
  .action(async (cronJob: string, options: BackfillCommand) => {
    const { backfill } = await import('./commands/backfill.js');
    process.once('SIGINT', () => {
      process.stderr.write('interrupted: Jobs that were started go on; the same command goes on with the rest\n');
      process.exit(130);
    });
    process.exitCode = await backfill(cronJob, options);
  });

program
  .command('kubeconfig')
  .description("print the administrator's kubeconfig")
  .addOption(dataOption)
  .action(async ({ data }: { data: string }) => {
    const { kubeconfig } = await import('./commands/kubeconfig.js');
    process.stdout.write(await kubeconfig(data));
  });

program
  .command('doctor')
  .description('say which runtime would be used and why, whether the port is free and the data folder sound')
  .addOption(dataOption)
  .addOption(listenOption)
  .addOption(runtimeOption)
  .action(async (options: { data: string; listen: Address; runtime: RuntimeChoice }) => {
    const { doctor } = await import('./commands/doctor.js');
    process.exitCode = (await doctor(options, process.stdout)) ? 0 : 1;
  });

addAwsCommands(program.command('aws'));

program
  .command('version')
  .description('print the versions of finite and of the Kubernetes API it serves')
  .action(() => {
    process.stdout.write(version());
  });

function runtimeOptionOf(choices: readonly RuntimeChoice[]): Option {
  return new Option('--runtime <runtime>', 'what runs the pods')
    .choices(choices)
    .default('auto', 'auto: a container engine if one answers, else processes');
}

function toAddress(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new InvalidArgumentError('expected HOST:PORT, such as 127.0.0.1:6443');
  return address;
}

function toPodThreshold(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a number of pods, such as 12500');
  return Number(text);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('expected a number from 1 to 9999');
  return Number(text);
}

function endWithoutReader(lost: Awaited<typeof lostOutput>): void {
  if (lost.error.code === 'EPIPE') process.exit(outputLostExitCode);
  process.stderr.write(`finite: ${describeLostOutput(lost)}\n`);
  process.exit(1);
}

const unitsMs = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 } as const;

function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('expected a duration, such as 90s, 10m or 2h');
  const ms = Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs];
  // Timers know no longer one: it would end at once.
  if (ms < 1 || ms >= 2 ** 31) throw new InvalidArgumentError('expected more than none and less than 596 hours');
  return ms;
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  process.stderr.write(`finite: ${error instanceof Error ? error.message : String(error)}\n`);
  if (process.env['FINITE_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
