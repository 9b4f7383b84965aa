import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../ports/clock.js';
import type { PodIdentity } from '../../../ports/pod-runtime.js';
import { readAttempt, syncExit, writeExit, type AttemptFiles } from './attempt-files.js';
import { AttemptWatch } from './attempt-watch.js';
import { childrenOf, commandOf, isAlive, isTaken, type ProcessIdentity } from './process-identity.js';

/** How soon the end of a supervisor that is not this process's child is noticed when it leaves no exit code. */
const REGULAR_CHECK_MS = 2000;
/** How soon after KILL the process is expected to be gone. */
const KILLED_CHECK_MS = 20;

/** How soon after its supervisor's begin a container's first process is expected. */
const FIRST_PROCESS_CHECK_MS = 5;

/** Longer than a shell takes from one builtin to the next, on however busy a machine. */
const CLAIM_MS_MAX = 1000;

export interface AttemptEnds {
  onStarted(): void;
  onLogGrown(): void;
  /** Its exit is on disk; or its files are gone and its processes with them. */
  onEnded(): void;
}

/** A start that has not ended: watches it, signals it, and sees to it that it has an exit code in the end. */
export class RunningAttempt {
  /** Resolves when the start is on record, or has failed. */
  readonly ready: Promise<void>;
  /** Resolves when the exit code is durable. */
  readonly ended: Promise<void>;
  readonly #watch: AttemptWatch;
  #setReady!: () => void;
  #setEnded!: () => void;
  #isReady = false;
  #isOver = false;
  #killAt: number | undefined;
  #cancelKill: (() => void) | undefined;
  #regularCheck: NodeJS.Timeout | undefined;
  #checking: Promise<void> = Promise.resolve();
  #supervisor: ProcessIdentity | undefined;

  constructor(
    readonly pod: PodIdentity,
    readonly container: string,
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly ends: AttemptEnds,
  ) {
    this.ready = new Promise((resolve) => (this.#setReady = resolve));
    this.ended = new Promise((resolve) => (this.#setEnded = resolve));
    this.#watch = new AttemptWatch(folder, {
      onFiles: () => void this.#check(false),
      onLogGrown: () => ends.onLogGrown(),
    });
  }

  /** Its supervisor has been seen: from now on missing files are lost files. */
  get wasStarted(): boolean {
    return this.#supervisor !== undefined;
  }

  /** For when its files seem to be gone: resolves when they were looked at, and its processes are ended if they are. */
  lookAgain(): Promise<void> {
    return this.#check(false);
  }

  /** The supervisor is a child of this process, whose end is told. */
  own(child: ChildProcess): void {
    child.unref();
    child.once('error', (error) => void this.#failSpawn(error));
    child.once('exit', () => void this.#check(true));
  }

  /** The supervisor was started by an earlier server. */
  async adopt(): Promise<void> {
    const files = await readAttempt(this.folder);
    await this.#watch.recordGrowth();
    await this.#check(true);
    if (this.#isOver) return;
    this.#checkRegularly();
    if (files?.killAt !== undefined) this.#armKill(files.killAt);
  }

  /** TERM unless it was sent before; KILL at `killAt`, or earlier when asked for earlier. True: TERM was sent now. */
  async stop(killAt: number): Promise<boolean> {
    await this.ready;
    const files = await readAttempt(this.folder);
    if (this.#isOver || !files?.started) return false;
    const due = Math.min(killAt, files.killAt ?? Infinity);
    if (due !== files.killAt) await writeFile(join(this.folder, 'stop'), String(due), { mode: 0o600 });
    this.#armKill(due);
    if (files.killAt !== undefined) return false;
    if (due > this.clock.now()) await this.#terminate(files);
    return true;
  }

  /** KILL now; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.stop(this.clock.now());
    await this.ended;
  }

  close(): void {
    this.#isOver = true;
    this.#watch.close();
    this.#cancelKill?.();
    clearInterval(this.#regularCheck);
    this.#setReady();
    this.#setEnded();
  }

  /**
   * TERM to the container's first process alone, as engines do: what it started is its own affair. Where it is not there
   * yet the supervisor is about to make it, at first as a copy of itself, which forgets signals; where it is there no more
   * the exit is about to be written.
   */
  async #terminate({ started }: AttemptFiles): Promise<void> {
    const supervisor = started?.supervisor;
    while (supervisor && !this.#isOver && (await isAlive(supervisor))) {
      const children = await childrenOf(supervisor.pid);
      const [own, ...others] = await Promise.all([supervisor.pid, ...children].map(commandOf));
      if (children.length > 0 && !others.includes(own)) return children.forEach((child) => signal(child, 'SIGTERM'));
      await pause(FIRST_PROCESS_CHECK_MS);
    }
  }

  #armKill(killAt: number): void {
    if (this.#isOver || (this.#killAt !== undefined && this.#killAt <= killAt)) return;
    this.#killAt = killAt;
    this.#cancelKill?.();
    this.#cancelKill = this.clock.at(killAt, () => void this.#killNow());
  }

  async #killNow(): Promise<void> {
    const files = await readAttempt(this.folder);
    while (!this.#isOver && files) {
      signalGroup(files, 'SIGKILL');
      await pause(KILLED_CHECK_MS);
      await this.#check(true);
    }
  }

  #check(isSupervisorSuspect: boolean): Promise<void> {
    this.#checking = this.#checking
      .then(() => this.#checkOnce(isSupervisorSuspect))
      // The disk is in trouble: what cannot be read now is read later.
      .catch(() => this.#checkRegularly());
    return this.#checking;
  }

  #checkRegularly(): void {
    if (!this.#isOver) this.#regularCheck ??= setInterval(() => void this.#check(true), REGULAR_CHECK_MS).unref();
  }

  /** Reads where the attempt stands. When its supervisor is gone without a word, the exit is written for it. */
  async #checkOnce(isSupervisorSuspect: boolean): Promise<void> {
    if (this.#isOver) return;
    let files = await readAttempt(this.folder);
    // A removal under way takes one file after the other: what was started once never becomes one that is to be started.
    const isIncomplete = this.wasStarted && !files?.started && !files?.exit;
    if (files === undefined || isIncomplete) return await this.#abandon();
    this.#supervisor ??= files.started?.supervisor;
    if (!files.exit && isSupervisorSuspect && !(await this.#isSupervised(files))) {
      await this.#writeLostExit(files);
      files = (await readAttempt(this.folder)) ?? files;
    }
    if ((files.started?.supervisor || files.exit) && !this.#isReady) {
      this.#isReady = true;
      this.#setReady();
      this.ends.onStarted();
    }
    if (files.exit) await this.#settle();
  }

  async #isSupervised({ started }: AttemptFiles): Promise<boolean> {
    if (started === undefined) return false;
    if (started.supervisor !== undefined) return isAlive(started.supervisor);
    // Between its claim and its name there is a moment: an earlier server may have ended just then.
    await pause(CLAIM_MS_MAX);
    const again = (await readAttempt(this.folder))?.started?.supervisor;
    return again !== undefined && isAlive(again);
  }

  async #writeLostExit(files: AttemptFiles): Promise<void> {
    if (!files.started) {
      await writeExit(this.folder, 128, 'StartError', 'the process could not be started');
      return;
    }
    await killOrphans(files.started.supervisor);
    if (files.killAt !== undefined) await writeExit(this.folder, 137, 'Error');
    else await writeExit(this.folder, 137, 'ContainerStatusUnknown', 'The process that kept the exit code is gone');
  }

  async #failSpawn(error: Error): Promise<void> {
    await writeExit(this.folder, 128, 'StartError', `unable to start container process: ${error.message}`);
    await this.#check(true);
  }

  /** Its folder was removed behind our back: nobody would ever learn how it ends, and it would not be found again. */
  async #abandon(): Promise<void> {
    await killOrphans(this.#supervisor);
    while (this.#supervisor && (await isAlive(this.#supervisor))) await pause(KILLED_CHECK_MS);
    this.close();
    this.ends.onEnded();
  }

  async #settle(): Promise<void> {
    await this.#watch.recordGrowth();
    await syncExit(this.folder);
    this.close();
    this.ends.onEnded();
  }
}

/** The whole group, which has the supervisor's id as long as one process of it lives. */
function signalGroup({ started }: AttemptFiles, name: NodeJS.Signals): void {
  if (started?.supervisor !== undefined) signal(-started.supervisor.pid, name);
}

/** What a supervisor that is gone has left: its group, unless another process has the group's id by now. */
async function killOrphans(supervisor: ProcessIdentity | undefined): Promise<void> {
  if (supervisor && !(await isTaken(supervisor))) signal(-supervisor.pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
