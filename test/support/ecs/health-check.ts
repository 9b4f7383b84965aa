import type { HealthCheck } from '@aws-sdk/client-ecs';
import type { Engine } from '../../../lib/adapters/local/container-runtime/engine.js';

const INTERVAL_SECONDS = 30;
const RETRIES = 3;

/** Runs a container's health check as the agent would; the engine's own needs a service manager with some engines. */
export class HealthChecks {
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  readonly #startedAt = Date.now();

  constructor(
    private readonly engine: Engine,
    private readonly container: string,
    private readonly check: HealthCheck,
    private readonly tell: (status: 'HEALTHY' | 'UNHEALTHY') => void,
  ) {
    this.#later();
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #later(): void {
    if (!this.#isOver)
      this.#timer = setTimeout(() => void this.#run(), (this.check.interval ?? INTERVAL_SECONDS) * 1000);
  }

  async #run(): Promise<void> {
    const isGood = await this.#exec().catch(() => false);
    if (this.#isOver) return;
    if (isGood) {
      this.#failures = 0;
      this.tell('HEALTHY');
    } else if (Date.now() - this.#startedAt > (this.check.startPeriod ?? 0) * 1000) {
      this.#failures += 1;
      if (this.#failures >= (this.check.retries ?? RETRIES)) this.tell('UNHEALTHY');
    }
    this.#later();
  }

  async #exec(): Promise<boolean> {
    const [kind = '', ...rest] = this.check.command ?? [];
    const Cmd = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...rest] : kind === 'CMD' ? rest : [kind, ...rest];
    const exec = await this.engine.json<{ Id: string }>(`/containers/${this.container}/exec`, {
      method: 'POST',
      body: { Cmd, AttachStdout: true, AttachStderr: true },
    });
    const output = await this.engine.stream(`/exec/${exec.Id}/start`, { method: 'POST', body: { Detach: false } });
    for await (const _ of output) continue;
    const { ExitCode } = await this.engine.json<{ ExitCode: number }>(`/exec/${exec.Id}/json`);
    return ExitCode === 0;
  }
}
