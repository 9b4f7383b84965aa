import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The keeper of one container's exit code: a shell that outlives the server. It costs about 1 MB and no CPU while the
 * program runs. Its first argument is the attempt's folder; `command` there runs the program, `log` takes the output.
 *
 * 1. It leads a process group of its own (`detached`), so that the whole container is signalled at once; its traps let
 *    it outlive what ends the program (they are undone in the program, as `trap :` is not inherited).
 * 2. It claims the attempt: creating `started` fails when another one has. What is in it, the process id and when
 *    that process began, tells it from a later process of the same id.
 * 3. It runs the program in a subshell, so that no variable of its own reaches it. Its own standard error is closed:
 *    what a shell says of a program that a signal has ended is no output of the program.
 * 4. It writes the exit code to `exit`; the reader takes it once the line is complete.
 * 5. It ends what the program left behind, and itself: a container ends with its first process.
 *
 * KILL ends the keeper too. Whoever sends it knows, and writes `exit` in its place.
 */
const script = `
trap : HUP INT QUIT TERM USR1 USR2
exec 3>&2 2>/dev/null
umask 077
set -fC
{ echo "$$ $(if read -r s < /proc/$$/stat; then s=\${s##*) }; set -- $s; echo \${20}; else LC_ALL=C /bin/ps -o lstart= -p $$; fi)" > "$1/started"; } || exit 0
( exec 2>&3 3>&-; set +fC; umask 022; . "$1/command" )
echo $? > "$1/exit"
kill -s KILL -- -$$
`;

/** Starts the keeper; `env` is the program's whole environment. */
export function spawnSupervisor(folder: string, cwd: string, env: Readonly<Record<string, string>>): ChildProcess {
  const log = openSync(join(folder, 'log'), 'a', 0o600);
  try {
    return spawn('/bin/sh', ['-c', script, 'finite', folder], {
      detached: true,
      cwd,
      env,
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

/**
 * The text of `command`. Shells drop variables whose names they cannot write (`spring.profile`) and have their own mind
 * about others, so these go through `env`, which holds them for the moment until it becomes the program.
 */
export function commandText(program: string, args: readonly string[], oddVariables: readonly string[]): string {
  const through = oddVariables.length === 0 ? [] : ['/usr/bin/env', ...oddVariables];
  return `exec ${[...through, program, ...args].map(quoted).join(' ')}\n`;
}

/** Variables that a shell sets itself, refuses to take over, or reads in ways of its own. */
const ownedByShells = new Set(
  'PWD OLDPWD SHLVL UID EUID PPID SHELLOPTS BASHOPTS OPTIND OPTARG IFS LINENO PS1 PS2 PS4 ENV _'.split(' '),
);

/** Whether a shell hands the variable on as it got it. */
export function isShellVariable(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !ownedByShells.has(name);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
